"""Opinions of earlier years, brought in from files."""
