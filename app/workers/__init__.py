"""Edge: what happens without anybody asking."""
