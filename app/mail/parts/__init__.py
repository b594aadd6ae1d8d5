"""A letter taken apart: bytes in, its parts and their words out."""
