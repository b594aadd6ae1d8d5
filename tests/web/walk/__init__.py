"""A walk over every page there is; what a page must show is held to on each."""
