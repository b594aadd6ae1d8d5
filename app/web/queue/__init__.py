"""The queue as pages: the list, its views, and steps on many cases at once."""
