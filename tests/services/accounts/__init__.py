"""Accounts, on both databases."""
