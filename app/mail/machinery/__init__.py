"""Letters that machines write, and whether a machine may answer."""
