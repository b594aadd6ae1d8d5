"""Several offices, at the desk: disputes, co-offices, liaisons."""
