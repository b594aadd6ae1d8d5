"""The queue as pages."""
