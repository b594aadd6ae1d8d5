"""Importing: what lists of earlier opinions say, row by row; pure."""
