"""Breaking: a database that does not do as asked, at a commit of the test's choice."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy import event

from app.premises import Premises


@contextmanager
def broken_commits(
    premises: Premises, error: type[Exception], *, after: int = 0
) -> Iterator[None]:
    """Let every commit of a change but the first ``after`` fail, whatever it wrote."""
    number = count(1)

    def fail(_connection: object) -> None:
        if next(number) > after:
            raise error("COMMIT", {}, Exception("the disk is full"))

    engine = premises.database._writer.sync_engine  # noqa: SLF001 - nothing else commits
    event.listen(engine, "commit", fail)
    try:
        yield
    finally:
        event.remove(engine, "commit", fail)
