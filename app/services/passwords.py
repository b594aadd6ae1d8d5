"""Passwords: how they are kept, compared and chosen."""

import secrets
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import Final

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from app.domain import guessing
from app.domain.guessing import Common
from app.errors import InvalidInput

LEAST_PASSWORD: Final = 12
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


def check_new_password(
    password: str, *, user_name: str, names: Collection[str] = ()
) -> None:
    """Hold that ``password`` may be one (NIST SP 800-63B, 3.1.1.2).

    It has a length, is not what a guesser would try, and may hold any signs. ``names``
    are those that a guesser would try for this account, such as its office's.

    Raises:
        InvalidInput: It is too short, too long, or too easy to guess.
    """
    if guessing.length(password) < LEAST_PASSWORD:
        raise InvalidInput(
            f"a password has at least {LEAST_PASSWORD} signs",
            field="new_password", code="password_too_short",
        )  # fmt: skip
    if len(password) > MOST_PASSWORD:
        raise InvalidInput(
            "this password is too long", field="new_password", code="too_long"
        )
    if user_name.lower() in password.lower():
        raise InvalidInput(
            "this password holds the user name",
            field="new_password", code="password_named",
        )  # fmt: skip
    common = Common.of([*_common_words(), *names])
    if guessing.worth(password, common) < guessing.LEAST_WORTH:
        raise InvalidInput(
            "this password is too easy to guess",
            field="new_password", code="password_too_easy",
        )  # fmt: skip


@cache
def _common_words() -> frozenset[str]:
    """Return what people choose, as it came with the package."""
    file = resources.files("app.services.accounts").joinpath("common.txt")
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(
        word for line in lines if not line.startswith("#") for word in line.split()
    )


def _argon2(salt: bytes) -> Argon2id:
    return Argon2id(
        salt=salt, length=32, iterations=_ITERATIONS, lanes=1, memory_cost=_MEMORY_KIB
    )
