"""Opinions by form that a person looks at first; their writers have a receipt."""
