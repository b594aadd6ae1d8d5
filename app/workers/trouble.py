"""Trouble: errors that say nothing of what is worked on, and may be gone next time."""

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


def is_passing(error: Exception) -> bool:
    """Return whether ``error`` is the database's, and may be gone the next time."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    passing = (OperationalError, InterfaceError, PoolTimeoutError, OSError)
    return isinstance(error, passing)
