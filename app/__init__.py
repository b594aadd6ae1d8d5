"""Huiyin (回音): leads the public's opinions on a rectification notice to an answer."""

__version__ = "0.1.0"
