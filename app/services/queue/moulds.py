"""Moulds: statements that are built once, and asked for each person at each moment.

To build the statement of a queue takes ten times as long as to run it: it is some
thousand objects. What differs between two people of one role are two keys, and between
two requests a moment; so those are parameters, and the statement is kept.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from sqlalchemy import (
    BigInteger,
    BindParameter,
)
from sqlalchemy.ext.compiler import compiles

from app.domain.vocabulary import Language, Role
from app.models.base import UtcDateTime
from app.services.staff import Person

Value = TypeVar("Value")

_STAFF: Final = "person_staff_id"
_OFFICE: Final = "person_office_id"
_NOW: Final = "moment"
_SOON: Final = "moment_soon"


def anyone(role: Role) -> Person:
    """Return somebody of ``role``, who `filled` says it is.

    Conditions on cases take a person's role as it is, which decides what they look
    like, and the two keys as they take any value.
    """
    return Person(
        staff_id=cast("int", _Untold(_STAFF, type_=BigInteger())),
        office_id=cast("int", _Untold(_OFFICE, type_=BigInteger())),
        role=role, user_name="", display_name="", language=Language.ZH,
        must_change_password=False,
    )  # fmt: skip


def now_and_soon() -> tuple[datetime, datetime]:
    """Return the moment that `filled` says it is, and until when is soon."""
    return cast("tuple[datetime, datetime]", (_moment(_NOW), _moment(_SOON)))


def filled(
    person: Person, *, now: datetime | None = None, soon: datetime | None = None
) -> Mapping[str, Any]:
    """Return the parameters of a statement that is asked for ``person``."""
    facts = {_STAFF: person.staff_id, _OFFICE: person.office_id}
    return facts if now is None else {**facts, _NOW: now, _SOON: soon or now}


class _Untold(BindParameter[Value]):
    """A parameter that PostgreSQL is not told before it has a plan.

    Told one, it makes a plan for that one each time, as it thinks that to be cheaper
    for somebody with few cases; thinking costs it ten times as much as looking (2 ms).
    """

    inherit_cache = True


@compiles(_Untold, "postgresql")
def _as_a_query(element: _Untold[Any], compiler: Any, **said: Any) -> str:
    return f"(SELECT {compiler.visit_bindparam(element, **said)})"


def _moment(name: str) -> BindParameter[datetime]:
    return _Untold(name, type_=UtcDateTime())
