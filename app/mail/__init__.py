"""Letters as values: bytes in, a Letter out; pure."""
