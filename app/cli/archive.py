"""``huiyin mail import`` and ``fates``: letters from files, and what became of all."""

from collections import Counter
from pathlib import Path

import click

from app.cli.importing import WAITING, Taken, take_in
from app.cli.lazy import PartialFailure
from app.cli.opening import at_work
from app.domain.vocabulary import Fate
from app.gateways.spool import files_at
from app.premises import Premises
from app.services import arrivals


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

    Each letter is kept and led to its fate like any other; a summary is printed. It is
    as old as it says, but registered today: that is when the time to answer begins.

    An import can be broken off and started again: letters that were taken before are
    known by their bytes, passed over and counted.
    """
    files = files_at(path)
    taken = Taken()

    async def work(premises: Premises) -> None:
        await take_in(premises, files, acknowledge=acknowledge, taken=taken)

    try:
        at_work(work)
    except KeyboardInterrupt:
        _sum_up(taken)
        raise PartialFailure(
            "broken off; start it again, and it goes on where it was"
        ) from None
    _sum_up(taken)
    if taken.too_large or taken.unreadable or taken.fates[WAITING]:
        raise PartialFailure("some letters have no fate yet, or were not taken")


@click.command()
def fates() -> None:
    """Count what became of all letters and other arrivals, each counted once."""

    async def work(premises: Premises) -> Counter[str]:
        async with premises.database.reading() as session:
            return await arrivals.count_fates(session)

    _print(at_work(work))


def _sum_up(taken: Taken) -> None:
    _print(taken.fates)
    if taken.known:
        click.echo(f"passed over, taken before: {taken.known}")
    if taken.settled_before:
        click.echo(f"settled, waiting from before: {taken.settled_before}")
    for name in taken.too_large:
        click.echo(f"huiyin: {name} is larger than allowed and was not taken", err=True)
    for said in taken.unreadable:
        click.echo(f"huiyin: {said}", err=True)


def _print(counts: Counter[str]) -> None:
    """Print a table of fates, each line a sum, the last one of all."""
    order = [*Fate, WAITING]
    width = max(map(len, [*counts, "arrivals"]))
    for fate in sorted(counts, key=lambda name: (order.index(name.split()[0]), name)):
        click.echo(f"{fate:<{width}}  {counts[fate]:>7}")
    click.echo(f"{'arrivals':<{width}}  {counts.total():>7}")
