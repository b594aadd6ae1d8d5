"""Accounts at the desk: ways to sign in, one's own account, and those of others."""
