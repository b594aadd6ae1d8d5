"""Receipt numbers and query codes: what a citizen writes down.

Both use Crockford's base 32: no I, L, O or U, and a reader who types one of the
look-alikes is understood. The last sign of each is a check over GF(32): the signs,
weighted with distinct powers of a primitive element, sum to zero. With fewer than 32
signs that notices every single wrong sign and every exchange of two signs.
"""

import re
import secrets
from typing import Final

from app.errors import InvalidInput

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE: Final = {sign: value for value, sign in enumerate(ALPHABET)}
_LOOKALIKES: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})
_FULL_WIDTH: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SEPARATORS: Final = dict.fromkeys(map(ord, " -\u3000\u00a0–—_\t\r\n"))

NUMBER_SIGNS: Final = 12
"""Signs of a receipt number: 55 random bits and the check."""

CODE_SIGNS: Final = 25
"""Signs of a query code: 120 bits and the check."""

_NUMBER_GROUP: Final = 4
_CODE_GROUP: Final = 5
MOST_CASES: Final = 9
"""Cases of one opinion: each is called by one sign after the receipt number."""

_ORDINAL: Final = re.compile(
    rf"(?P<number>.+?)[ \-\u3000\u00a0–—_]+(?P<ordinal>[1-{MOST_CASES}])", re.DOTALL
)
_REDUCING: Final = 0b100101
"""x^5 + x^2 + 1, primitive over GF(2)."""


def new_receipt_number() -> str:
    """Return a fresh receipt number, as it is printed: ``XXXX-XXXX-XXXX``."""
    return _printed(secrets.token_bytes(8), signs=NUMBER_SIGNS, group=_NUMBER_GROUP)


def query_code(entropy: bytes) -> str:
    """Return the query code made of ``entropy`` (15 bytes or more), as printed."""
    return _printed(entropy, signs=CODE_SIGNS, group=_CODE_GROUP)


def new_query_code() -> str:
    """Return a fresh query code, as it is printed."""
    return query_code(secrets.token_bytes(15))


def parse_receipt_number(text: str) -> str:
    """Return the receipt number that ``text`` says, as printed.

    Raises:
        InvalidInput: It is mistyped; the check tells without a look at the store.
    """
    return _parsed(
        text, signs=NUMBER_SIGNS, group=_NUMBER_GROUP, field="number",
        code="bad_receipt_number",
    )  # fmt: skip


def case_number(number: str, ordinal: int) -> str:
    """Return what a case is called: the first of an opinion as that, others after it.

    ``number`` is the receipt number as printed: ``XXXX-XXXX-XXXX-2``.
    """
    return number if ordinal == 1 else f"{number}-{ordinal}"


def parse_case_number(text: str) -> tuple[str, int]:
    """Return the receipt number, as printed, and the ordinal that a case's name says.

    Raises:
        InvalidInput: It is mistyped; the check tells without a look at the store.
    """
    try:
        return parse_receipt_number(text), 1
    except InvalidInput:
        found = _ORDINAL.fullmatch(text[:200].translate(_FULL_WIDTH).strip())
        if found is None:
            raise
    return parse_receipt_number(found["number"]), int(found["ordinal"])


def parse_query_code(text: str) -> str:
    """Return the query code that ``text`` says, as printed.

    Raises:
        InvalidInput: It is mistyped; the check tells without a look at the store.
    """
    return _parsed(
        text, signs=CODE_SIGNS, group=_CODE_GROUP, field="code", code="bad_query_code"
    )


def _printed(entropy: bytes, *, signs: int, group: int) -> str:
    number = int.from_bytes(entropy)
    body = "".join(ALPHABET[number >> 5 * place & 31] for place in range(signs - 1))
    return _grouped(body + ALPHABET[_double(_weighed(body))], group)


def _parsed(text: str, *, signs: int, group: int, field: str, code: str) -> str:
    plain = text[:200].translate(_FULL_WIDTH).translate(_SEPARATORS).upper()
    plain = plain.translate(_LOOKALIKES)
    known = len(plain) == signs and all(sign in _VALUE for sign in plain)
    if not known or _weighed(plain) != 0:
        raise InvalidInput("this was mistyped", field=field, code=code)
    return _grouped(plain, group)


def _grouped(plain: str, group: int) -> str:
    return "-".join(plain[i : i + group] for i in range(0, len(plain), group))


def _weighed(signs: str) -> int:
    total = 0
    for sign in signs:
        total = _double(total) ^ _VALUE[sign]
    return total


def _double(element: int) -> int:
    doubled = element << 1
    return doubled ^ _REDUCING if doubled & 32 else doubled
