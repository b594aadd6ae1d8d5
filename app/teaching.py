"""Teaching: when the service learns from what clerks confirm, and what that may cost.

These settings are a part of `Settings` with a page of their own.
"""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field


class Teaching(BaseModel):
    """The part of the settings that is about learning."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    learning: bool = True
    """Whether the worker learns from what clerks confirm about the items of opinions.
    Without it the model in use stays; `huiyin model train` still learns when told."""

    learn_after: int = Field(default=20, ge=1)
    """How many opinions of a notice have to be newly confirmed before a new model is
    learned for it."""

    try_on_least: int = Field(default=10, ge=1)
    """On how many opinions held back a new model has to be tried at least before it may
    be used: with fewer a good model and a bad one look alike. One in six confirmed
    opinions is held back; until there are so many, the worker waits."""

    learn_every: timedelta = Field(default=timedelta(hours=1), gt=timedelta(0))
    """The time that passes at least between two models of a notice."""

    learn_from_most: int = Field(default=20_000, ge=100)
    """How many confirmed opinions of a notice a model is learned from at most: the
    newest."""

    learner_cpu_seconds: int = Field(default=300, ge=10)
    """CPU time for learning and trying one model, in seconds. It happens in a process
    of its own that gives way to everything else."""

    learner_memory_mb: int = Field(default=1024, ge=128)
    """Memory for learning one model, in MB beyond what the bare process needs."""

    models_kept: int = Field(default=10, ge=1)
    """How many models that were in use before are kept for each notice, to go back to;
    of older ones only the measures remain."""
