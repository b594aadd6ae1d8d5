"""Mailboxes: letters fetched from real servers, and from one that misbehaves."""
