"""Answering: drafts, templates, a second signature, and the end of a case in one go."""
