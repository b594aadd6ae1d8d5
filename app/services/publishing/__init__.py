"""Publishing: what the public may read of what came of opinions."""
