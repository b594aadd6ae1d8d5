"""Importing at the desk: a file sent in, looked at, started, and its report."""
