"""Working on a case, seen through the browser."""
