"""Pages and API, through a client."""
