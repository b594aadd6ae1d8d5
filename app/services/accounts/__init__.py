"""Accounts: how they come to be, what opens them, and where they are open."""
