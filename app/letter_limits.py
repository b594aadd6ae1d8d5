"""The limits on letters: how large one may be, and what reading it may cost."""

from pydantic import BaseModel, ConfigDict, Field


class LetterLimits(BaseModel):
    """The part of the configuration that is about single letters."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    max_letter_bytes: int = Field(default=25 * 2**20, ge=2**16)
    """The largest letter that the mail intake takes, in bytes."""

    max_letter_depth: int = Field(default=50, ge=1, le=100)
    """Multiparts in one another that a letter may have; with more it is held."""

    max_letter_parts: int = Field(default=1_000, ge=10)
    """Parts that a letter may have, with those of letters attached to it."""

    max_letter_header_fields: int = Field(default=5_000, ge=100)
    """Header fields that a letter may have, in all its parts together."""

    max_letter_header_bytes: int = Field(default=2**20, ge=2**14)
    """Bytes that the headers of a letter may have, in all its parts together."""

    max_letter_line_bytes: int = Field(default=10 * 2**20, ge=2**10)
    """Bytes that one line of a letter may have; with a longer one it is held."""

    reader_cpu_seconds: float = Field(default=2.0, ge=0.1, le=600)
    """CPU time for reading one letter, in seconds; one that takes more is held."""

    reader_memory_mb: int = Field(default=256, ge=32)
    """Memory for reading one letter, in MB beyond what the reader itself needs; one
    that takes more is held. A letter needs some six times its size."""
