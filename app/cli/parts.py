"""The parts of the service, which run together or each in a process of its own."""

from typing import Any, Final

import click

WEB: Final = "web"
MAIL: Final = "mail"
WORKER: Final = "worker"
PARTS: Final = f"{WEB},{MAIL},{WORKER}"
"""All of them, as they are given on the command line."""


class Parts(click.ParamType["frozenset[str]"]):
    """Some of the parts, separated by commas."""

    name = "parts"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[str]:
        """Read the parts that ``value`` names."""
        if isinstance(value, frozenset):
            return value
        named = frozenset(part.strip() for part in str(value).split(","))
        unknown = named - set(PARTS.split(","))
        if unknown:
            self.fail(f"{', '.join(sorted(unknown))}: there are {PARTS}", param, ctx)
        return named
