"""``huiyin mail check``: how well letters are read of which somebody has told more."""

import asyncio
import json
import os
import resource
import sys
from pathlib import Path
from typing import Final

import click

from app.checking import tables
from app.checking.collection import entries
from app.checking.expectations import POINTS
from app.checking.inspection import inspect
from app.checking.tally import Finding, Tally
from app.cli.lazy import Failure, PartialFailure
from app.reading_room.room import conditions_of
from app.settings import Settings

DISAGREE: Final = Finding.DISAGREE.value
KINDS: Final = (*(finding.value for finding in Finding), *POINTS)

_PROGRESS_EACH: Final = 100
_KIB_PER_MIB: Final = 1_024


@click.command("check")
@click.argument(
    "places",
    metavar="DIR...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
@click.option(
    "--list",
    "kinds",
    metavar="KIND",
    multiple=True,
    type=click.Choice(KINDS),
    help="Name the files behind a number, too; KIND is one of "
    f"{', '.join(finding.value for finding in Finding)}, or a point of the table.",
)
@click.option(
    "--fail-under",
    "least",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="Exit with 1, too, where we agree on less of any point; 100: on all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON, not a table.")
def check_mail(
    places: tuple[Path, ...],
    kinds: tuple[str, ...],
    *,
    least: float | None,
    as_json: bool,
) -> None:
    """Read all letters below DIR, and say how that went; nothing is changed.

    Letters are eml files, mboxes, Maildirs and whatever else begins like a letter. They
    are read as the service does, with its limits. Where expectations of others stand
    beside them or in a folder "expected", it is counted on how many points we agree.

    Held is what the service would hold, for what the bytes alone say. U+FFFD was not
    sent where the bytes of no part, freed of their transfer encoding, hold it, or give
    it in the charset that they name. Empty though text exists is a letter without text
    in which the standard library's parser finds some.

    The exit code is 0 when every letter came to a record and nothing failed, else 1.
    Expectations may be wrong, or ask for what we do not want: that we do not agree with
    some makes it 1 only with --fail-under, which names the points in question.
    """
    listing = _Listing(frozenset(kinds), silent=as_json)
    tally = Tally(listing.note)
    conditions = conditions_of(Settings.from_environ(os.environ))
    found = entries(places, most=conditions.limits.size)
    asyncio.run(inspect(found, tally, conditions=conditions, progress=_Progress().step))
    if not (tally.letters or tally.variants or tally.texts):
        raise Failure("no letters are there")
    here_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB_PER_MIB
    if as_json:
        facts = tables.as_json(tally, here_mb=here_mb) | {"listed": listing.kept}
        _say(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        for line in tables.lines(tally, here_mb=here_mb):
            _say(line)
    if not tally.is_well:
        raise PartialFailure("some letters came to no record, or files to no letter")
    below = tally.below(least) if least is not None else []
    if below:
        raise PartialFailure(f"under {least:g} percent: {', '.join(below)}")


class _Listing:
    """Names what was found as soon as it was found, or keeps it for later."""

    def __init__(self, kinds: frozenset[str], *, silent: bool) -> None:
        self.kept: list[dict[str, str]] = []
        self._kinds = kinds
        self._silent = silent

    def note(self, kind: str, name: str, detail: str) -> None:
        """Take note of something if its kind is asked for."""
        disagrees = DISAGREE in self._kinds and kind in POINTS
        if kind not in self._kinds and not disagrees:
            return
        if self._silent:
            self.kept.append({"kind": str(kind), "name": name, "detail": detail})
        else:
            _say("\t".join(filter(None, (kind, name, detail))))


class _Progress:
    """Counts on a terminal, so that somebody who waits sees it go on."""

    def __init__(self) -> None:
        self._count = 0
        self._shown = sys.stderr.isatty()

    def step(self) -> None:
        """Count one more."""
        self._count += 1
        if self._shown and self._count % _PROGRESS_EACH == 0:
            click.echo(f"\r{self._count} files", err=True, nl=False)


def _say(line: str) -> None:
    """Print a line; names of files may hold bytes that are no text."""
    click.echo(f"{line}\n".encode(errors="backslashreplace"), nl=False)
