"""Several offices: disputes, joint handling, liaisons."""
