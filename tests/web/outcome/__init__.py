"""What came of it, as everybody reads it, and as the desk writes it."""
