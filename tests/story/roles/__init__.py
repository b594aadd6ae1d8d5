"""One story for each role, told by a browser; `docs/guides` is written from them."""
