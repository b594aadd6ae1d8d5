"""Edge: HTTP in, one service call, a page or JSON out."""
