"""Figures at the desk: pages, a board for the wall, and lists to take away."""
