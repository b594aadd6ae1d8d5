"""Features: what an office may turn off that the service would offer otherwise."""

from enum import StrEnum


class Feature(StrEnum):
    """Something that is offered unless it is turned off."""

    OPEN_DATA = "open_data"
    FEEDS = "feeds"
    OPEN311 = "open311"
    FOLLOWING = "following"
    """Hearing by mail what comes of an item."""

    RATINGS = "ratings"
    """Saying whether an answer solved the matter."""

    SUGGESTIONS = "suggestions"
    """Items and earlier answers shown to whoever writes."""
