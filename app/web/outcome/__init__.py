"""What came of it, for everybody: published answers, progress, numbers, open data."""
