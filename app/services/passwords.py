"""Passwords: how they are kept, compared and chosen."""

import secrets
from functools import cache
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.errors import InvalidInput

LEAST_PASSWORD: Final = 10
MOST_PASSWORD: Final = 200

_MEMORY_KIB: Final = 19_456
_ITERATIONS: Final = 2
"""OWASP's minimum for Argon2id: 19 MiB, two passes, one lane."""


def hash_password(password: str) -> str:
    """Return Argon2id's hash of ``password`` in PHC form (RFC 9106)."""
    return _argon2(secrets.token_bytes(16)).derive_phc_encoded(password.encode())


def verify_password(password: str, password_hash: str) -> bool:
    """Return whether ``password`` is the one that was hashed."""
    try:
        Argon2id.verify_phc_encoded(password.encode(), password_hash)
    except InvalidKey:
        return False
    return True


@cache
def nobodys_hash() -> str:
    """Return what an unknown user's password is compared with, to take as long."""
    return hash_password(secrets.token_hex())


def check_new_password(password: str, *, user_name: str) -> None:
    """Hold that ``password`` may be one (NIST SP 800-63B: length, no composition).

    Raises:
        InvalidInput: It is too short, too long, or the user's own name.
    """
    if len(password) < LEAST_PASSWORD:
        raise InvalidInput(
            f"a password has at least {LEAST_PASSWORD} signs",
            field="new_password", code="password_too_short",
        )  # fmt: skip
    if len(password) > MOST_PASSWORD:
        raise InvalidInput(
            "this password is too long", field="new_password", code="too_long"
        )
    if len(set(password)) < 4 or user_name.lower() in password.lower():  # noqa: PLR2004 - such as 1212
        raise InvalidInput(
            "this password is too easy to guess",
            field="new_password", code="password_too_easy",
        )  # fmt: skip


def _argon2(salt: bytes) -> Argon2id:
    return Argon2id(
        salt=salt, length=32, iterations=_ITERATIONS, lanes=1, memory_cost=_MEMORY_KIB
    )
