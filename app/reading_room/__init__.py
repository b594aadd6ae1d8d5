"""The reading room: letters are read by processes that may die of it."""
