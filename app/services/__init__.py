"""What the office does: one function, one step somebody could name."""
