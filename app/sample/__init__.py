"""A sample notice, of an invented county, to start with."""
