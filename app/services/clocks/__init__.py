"""Clocks: the calendar and the policies at hand, and what moves what is due."""
