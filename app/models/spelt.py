"""Spelt: values that stand in a statement as themselves and not as parameters.

Before it is told a value, a database has to think of any: of a state that it is not
told it cannot know which small index will do, and it takes a limit for a tenth of all
there is. So what a statement always asks for is spelt out. SQLAlchemy writes it, by its
type.
"""

from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.visitors import InternalTraversal
from sqlalchemy.types import TypeEngine

Value = TypeVar("Value")


class Spelt(ColumnElement[Value]):
    """A value that is the same each time the statement is asked."""

    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy declares it so
        ("value", InternalTraversal.dp_plain_obj),
        ("type", InternalTraversal.dp_type),
    ]

    def __init__(self, value: Value, type_: TypeEngine[Value]) -> None:
        """Spell out ``value`` as one of ``type_``."""
        self.value = value
        self.type = type_


def exactly(number: int) -> Spelt[int]:
    """Return a number that is the same each time, mostly a limit."""
    return Spelt(number, Integer())


@compiles(Spelt)
def _by_its_type(element: Spelt[Any], compiler: Any, **_: Any) -> str:
    written: str = compiler.render_literal_value(element.value, element.type)
    return written
