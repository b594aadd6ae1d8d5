"""``huiyin mail import``: letters from eml, mbox and Maildir, a batch at a time."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from app.cli.lazy import PartialFailure
from app.cli.opening import at_work
from app.domain.vocabulary import Fate
from app.gateways.spool import SpooledLetter, files_at, letters_in
from app.premises import Premises
from app.services import arrivals
from app.services.arrivals import Envelope, RawLetter, WaitingLetter
from app.workers import letters

BATCH: Final = arrivals.MOST_AT_ONCE
BATCH_BYTES: Final = arrivals.MOST_BYTES_AT_ONCE
WAITING: Final = "waiting"


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

    Each letter is kept and led to its fate like any other; a summary is printed. It
    can be broken off and started again: what came before is a duplicate then.
    """
    files = files_at(path)

    async def work(premises: Premises) -> tuple[Counter[str], list[str]]:
        return await _import(premises, files, acknowledge=acknowledge)

    fates, too_large = at_work(work)
    _print(fates)
    for name in too_large:
        click.echo(f"huiyin: {name} is larger than allowed and was not taken", err=True)
    if too_large or fates[WAITING]:
        raise PartialFailure("some letters have no fate yet, or were not taken")


@click.command()
def fates() -> None:
    """Count what became of all letters and other arrivals, each counted once."""

    async def work(premises: Premises) -> Counter[str]:
        async with premises.database.reading() as session:
            return await arrivals.count_fates(session)

    _print(at_work(work))


async def _import(
    premises: Premises, files: Sequence[Path], *, acknowledge: bool
) -> tuple[Counter[str], list[str]]:
    """Take all letters in ``files``; return how they fared, and those too large."""
    counts: Counter[str] = Counter()
    too_large: list[str] = []
    envelope = Envelope(sender=None, acknowledge=acknowledge)
    total = sum(file.stat().st_size for file in files)
    with click.progressbar(length=total, label="letters", file=sys.stderr) as bar:
        for batch in _batches(files, most=premises.settings.max_letter_bytes):
            taken = [one.content for one in batch if one.content is not None]
            too_large += [one.name for one in batch if one.content is None]
            counts += await _take(premises, taken, envelope)
            bar.update(sum(one.size for one in batch))
    return counts, too_large


async def _take(
    premises: Premises, contents: Sequence[bytes], envelope: Envelope
) -> Counter[str]:
    """Keep a batch of letters, then settle them; return their fates."""
    now = premises.clock()
    rows = [
        arrivals.sealed_row(
            premises.house.seal,
            RawLetter(content=content, envelope=envelope, received_at=now),
        )
        for content in contents
    ]
    if not rows:
        return Counter()
    async with premises.database.writing() as session:
        await arrivals.keep_all(session, rows)
    waiting = [
        WaitingLetter(
            arrival_id=row["id"],
            sealed=row["sealed"],
            sealed_envelope=row["sealed_envelope"],
            received_at=now,
        )
        for row in rows
    ]
    await letters.settle(premises, waiting)
    async with premises.database.reading() as session:
        settled = await arrivals.settled(session, [row["id"] for row in rows])
    return Counter(
        f"{one.fate or WAITING} ({one.reason})" if one.reason else one.fate or WAITING
        for one in settled.values()
    )


def _batches(files: Sequence[Path], *, most: int) -> Iterator[list[SpooledLetter]]:
    batch: list[SpooledLetter] = []
    size = 0
    for file in files:
        for letter in letters_in(file, most=most):
            batch.append(letter)
            size += len(letter.content or b"")
            if len(batch) >= BATCH or size >= BATCH_BYTES:
                yield batch
                batch, size = [], 0
    if batch:
        yield batch


def _print(counts: Counter[str]) -> None:
    """Print a table of fates, each line a sum, the last one of all."""
    order = [*Fate, WAITING]
    width = max(map(len, [*counts, "arrivals"]))
    for fate in sorted(counts, key=lambda name: (order.index(name.split()[0]), name)):
        click.echo(f"{fate:<{width}}  {counts[fate]:>7}")
    click.echo(f"{'arrivals':<{width}}  {counts.total():>7}")
