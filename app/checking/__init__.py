"""Checking: how letters are read whose meaning somebody else has already told."""
