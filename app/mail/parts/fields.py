"""Single header fields of a letter: its identifiers and its date."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz
from typing import Final

from app.mail.parts.faults import Fault
from app.mail.parts.headers import Headers
from app.mail.parts.words import one_line


def message_id(headers: Headers, faults: set[Fault]) -> str | None:
    """Return the letter's own identifier; None: it has none that could be quoted."""
    written = headers.first("message-id")
    found = message_ids((written,))
    if found:
        return found[0]
    bare = one_line(written.decode("ascii", "ignore"))
    if _BARE_ID.fullmatch(bare) and "=?" not in bare:
        return f"<{bare}>"
    faults.add(Fault.BAD_MESSAGE_ID if bare else Fault.NO_MESSAGE_ID)
    return None


def message_ids(values: tuple[bytes, ...]) -> tuple[str, ...]:
    """Return the message identifiers in ``values`` (RFC 5322, section 3.6.4).

    One that holds an encoded word is none: whoever writes a header with it would have
    the word decoded there, line ends and all.
    """
    found = (match.decode("ascii") for value in values for match in _IDS.findall(value))
    plain = (each for each in found if "=?" not in each)
    return tuple(dict.fromkeys(plain))[-_MOST_IDS:]


def date_of(headers: Headers, faults: set[Fault]) -> datetime | None:
    """Return the moment that Date names, in UTC; a missing zone counts as UTC."""
    if "date" not in headers:
        return None
    written = one_line(headers.first("date").decode("ascii", "ignore"))[:_LONG_DATE]
    # The standard library's own parser trips over some dates.
    with suppress(ValueError, IndexError, OverflowError, TypeError):
        fields = parsedate_tz(written)
        if fields is not None:
            zone = timezone(timedelta(seconds=fields[9] or 0))
            second = min(fields[5], 59)
            return datetime(*fields[:5], second, tzinfo=zone).astimezone(UTC)
    faults.add(Fault.BAD_DATE)
    return None


_IDS: Final = re.compile(rb"<[!-;=?-~]{1,996}+>")
_BARE_ID: Final = re.compile(r"[!-;=?-~]{1,900}@[!-;=?-~]{1,90}")
_MOST_IDS: Final = 100
_LONG_DATE: Final = 200
