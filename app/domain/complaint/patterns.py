"""Patterns: how the words of complaints are written down, so that they can be read."""

import re


def words(pattern: str) -> re.Pattern[str]:
    """Return ``pattern``, whose white space is only there for the reader."""
    return re.compile("".join(pattern.split()))
