"""What the public may know of the versions of a notice."""
