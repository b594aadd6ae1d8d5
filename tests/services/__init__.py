"""What the office does, on both databases."""
