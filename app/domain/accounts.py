"""The words of accounts: how somebody signed in, and what they have to be told."""

from enum import StrEnum


class Proof(StrEnum):
    """How whoever opened a session showed who they are."""

    PASSWORD = "password"  # noqa: S105 - a kind of proof, no password
    PASSWORD_AND_CODE = "password_and_code"  # noqa: S105 - a kind of proof, no password
    PASSKEY = "passkey"
    PROVIDER = "provider"
    """The office's own sign-in service said so (OpenID Connect)."""


class AccountNote(StrEnum):
    """What the owner of an account is told at the next sign-in."""

    FACTORS_RESET = "factors_reset"
    """An administrator took the second factors away, because they were lost."""

    POST_CHANGED = "post_changed"
    """An administrator changed the role or the office."""


class AttemptPurpose(StrEnum):
    """What a sign-in that is half done waits for."""

    SECOND_STEP = "second_step"
    """The password was right; a code or a passkey is to follow."""

    PASSKEY_SIGN_IN = "passkey_sign_in"
    """A passkey that says by itself whose it is."""

    PASSKEY_CONFIRMS = "passkey_confirms"
    """A passkey of whoever is signed in, to show that it is still them."""

    PASSKEY_ADDED = "passkey_added"
    """A new passkey of whoever is signed in."""

    PROVIDER = "provider"
    """Word from the office's own sign-in service."""
