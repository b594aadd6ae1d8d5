"""Errors that are expected: facts with a stable code, translated at each edge."""


class AppError(Exception):
    """Something a person outside can be told about.

    The message is one English sentence for logs, the command line and the API;
    a page shows the text that its catalogue has for ``code``.
    """

    code = "error"


class InvalidInput(AppError):
    """What was sent cannot be accepted as it is.

    ``field`` names the field at fault, where there is one.
    """

    code = "invalid_input"

    def __init__(
        self, message: str, *, field: str | None = None, code: str | None = None
    ) -> None:
        """Say what is wrong, beside which field."""
        super().__init__(message)
        self.field = field
        if code is not None:
            self.code = code


class NotFound(AppError):
    """There is nothing of that name, or nothing this person may know of."""

    code = "not_found"


class NotAllowed(AppError):
    """This person may not do that."""

    code = "not_allowed"


class Conflict(AppError):
    """It can be done in general, but not to this thing as it now stands."""

    code = "conflict"
