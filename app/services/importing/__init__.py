"""Importing: earlier opinions brought in from files, through the intake like any."""
