"""Working on a case: the services."""
