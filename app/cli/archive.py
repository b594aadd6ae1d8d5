"""``huiyin mail import`` and ``fates``: letters from files, and what became of all."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import click

from app.cli.importing import WAITING, Taken, take_in
from app.cli.lazy import PartialFailure
from app.cli.opening import at_work
from app.domain.vocabulary import Fate
from app.gateways.spool import spool_at
from app.premises import Premises
from app.services import arrivals

_NAMED: Final = 20
"""Files that were passed over are named up to here, then only counted."""


@click.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--acknowledge/--no-acknowledge",
    default=False,
    show_default=True,
    help="Send the writers an acknowledgement, as if it had just come.",
)
def import_mail(path: Path, *, acknowledge: bool) -> None:
    """Take the letters at PATH: an eml or mbox file, a Maildir, or a folder of these.

    In a folder, a file of any other name is a letter if it begins like one. The rest is
    passed over and named.

    Each letter is kept and led to its fate like any other; a summary is printed. It is
    as old as it says, but registered today: that is when the time to answer begins.

    An import can be broken off and started again: letters that were taken before are
    known by their bytes, passed over and counted.
    """
    spool = spool_at(path)
    taken = Taken()

    async def work(premises: Premises) -> None:
        await take_in(premises, spool.files, acknowledge=acknowledge, taken=taken)

    try:
        at_work(work)
    except KeyboardInterrupt:
        _sum_up(taken, spool.passed_over)
        raise PartialFailure(
            "broken off; start it again, and it goes on where it was"
        ) from None
    _sum_up(taken, spool.passed_over)
    left = taken.too_large or taken.unreadable or taken.fates[WAITING]
    if left or spool.passed_over:
        raise PartialFailure("some were not taken, or have no fate yet")


@click.command()
def fates() -> None:
    """Count what became of all letters and other arrivals, each counted once."""

    async def work(premises: Premises) -> Counter[str]:
        async with premises.database.reading() as session:
            return await arrivals.count_fates(session)

    _print(at_work(work))


def _sum_up(taken: Taken, passed_over: Sequence[Path]) -> None:
    _print(taken.fates)
    if taken.known:
        click.echo(f"passed over, taken before: {taken.known}")
    if taken.settled_before:
        click.echo(f"settled, waiting from before: {taken.settled_before}")
    for name in taken.too_large:
        click.echo(f"huiyin: {name} is larger than allowed and was not taken", err=True)
    for said in taken.unreadable:
        click.echo(f"huiyin: {said}", err=True)
    if passed_over:
        count = len(passed_over)
        files = "file" if count == 1 else "files"
        click.echo(f"{count} {files} passed over: no letters")
    for path in passed_over[:_NAMED]:
        click.echo(f"huiyin: {path} begins like no letter, passed over", err=True)
    if len(passed_over) > _NAMED:
        click.echo(f"huiyin: and {len(passed_over) - _NAMED} more", err=True)


def _print(counts: Counter[str]) -> None:
    """Print a table of fates, each line a sum, the last one of all."""
    order = [*Fate, WAITING]
    width = max(map(len, [*counts, "arrivals"]))
    for fate in sorted(counts, key=lambda name: (order.index(name.split()[0]), name)):
        click.echo(f"{fate:<{width}}  {counts[fate]:>7}")
    click.echo(f"{'arrivals':<{width}}  {counts.total():>7}")
