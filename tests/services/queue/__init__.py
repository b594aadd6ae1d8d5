"""The queue: lists, views, and steps on many cases."""
