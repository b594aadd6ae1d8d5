"""Several offices, seen through the browser."""
