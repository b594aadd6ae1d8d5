"""Figures: reckoned in the background, read by pages, written out as lists."""
