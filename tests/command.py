"""The ``huiyin`` command under test: run in this process, on either database."""

import asyncio
from dataclasses import dataclass

import pytest
from click.testing import CliRunner, Result

from app.cli import huiyin
from app.premises import Premises
from app.settings import Settings
from tests import make
from tests.conftest import SECRET, empty


@dataclass(frozen=True, slots=True)
class Office:
    """An office whose clerks use the command."""

    settings: Settings

    def run(self, *args: object, stdin: bytes = b"") -> Result:
        """Run ``huiyin`` with ``args``."""
        return CliRunner().invoke(
            huiyin, [str(arg) for arg in args], input=stdin, catch_exceptions=False
        )

    def said(self, *args: object, stdin: bytes = b"") -> list[str]:
        """Run ``huiyin``, which is to go well; return the lines it said."""
        result = self.run(*args, stdin=stdin)
        assert result.exit_code == 0, result.output
        return result.stdout.splitlines()

    def complaint(self, *args: object, stdin: bytes = b"", code: int = 2) -> str:
        """Run ``huiyin``, which is to fail; return what it complains of."""
        result = self.run(*args, stdin=stdin)
        assert (result.exit_code, result.stdout) == (code, "")
        (line,) = result.stderr.splitlines()
        return line


def office(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, *, furnished: bool = True
) -> Office:
    """Return an office on the database of ``settings``."""
    monkeypatch.setenv("HUIYIN_DATABASE_URL", settings.database_url.get_secret_value())
    monkeypatch.setenv("HUIYIN_SECRET_KEY", SECRET)

    async def furnish() -> None:
        async with (
            Premises(settings) as premises,
            premises.database.writing() as session,
        ):
            if not premises.database.sqlite:
                await empty(session)
            if furnished:
                await make.house(session)

    asyncio.run(furnish())
    return Office(settings)
