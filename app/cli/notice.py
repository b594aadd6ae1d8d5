"""``huiyin notice``: notices are imported, published and listed."""

from datetime import date, datetime
from typing import BinaryIO

import click

from app.cli.opening import at_work
from app.cli.outline import MOST_BYTES
from app.cli.reading import Source, read_whole
from app.premises import Premises
from app.services import notices

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("import")
@click.argument("file", type=Source())
@click.option(
    "--open",
    "opens_on",
    type=DAY,
    required=True,
    metavar="DATE",
    help="First day on which opinions are taken, as 2026-11-02.",
)
@click.option(
    "--close",
    "closes_on",
    type=DAY,
    metavar="DATE",
    help="Last day; without it, until further notice.",
)
@click.option(
    "--slug", help="Name in addresses; made of the notice's date if left out."
)
def import_notice(
    file: BinaryIO, opens_on: datetime, closes_on: datetime | None, slug: str | None
) -> None:
    """Store the notice in FILE as a draft.

    A changed text of a notice that is there becomes a new version of it; each opinion
    stays with the item that it is about. The dates are those of the notice, not of a
    version: they hold from now on, also where an earlier version is published.
    """
    source = read_whole(file, most=MOST_BYTES)

    async def work(premises: Premises) -> tuple[notices.Imported, bool]:
        now = premises.clock()
        async with premises.database.writing() as session:
            imported = await notices.import_notice(
                session,
                source,
                slug=slug,
                opens_on=opens_on.date(),
                closes_on=closes_on.date() if closes_on else None,
                today=now.astimezone(premises.settings.zone).date(),
                now=now,
            )
            known = await notices.list_notices(session)
        return imported, any(
            notice.slug == imported.slug and notice.published_version is not None
            for notice in known
        )

    imported, published = at_work(work)
    sections = sum(1 for _ in imported.outline.nodes())
    click.echo(
        f"{imported.slug}: version {imported.version}, {sections} items,"
        f" {imported.kept} of them kept from the version before"
        if imported.changed
        else f"{imported.slug}: version {imported.version} has this very text"
    )
    closes = _day(closes_on.date()) if closes_on else "further notice"
    click.echo(f"{imported.slug}: open from {_day(opens_on.date())} until {closes}")
    if published:
        click.echo(
            f"{imported.slug}: is published, so these dates hold at once", err=True
        )
    for warning in imported.outline.warnings:
        click.echo(f"{imported.slug}: {warning}", err=True)


@click.command()
@click.argument("slug")
def publish(slug: str) -> None:
    """Let the public read the newest version of the notice SLUG."""

    async def work(premises: Premises) -> int:
        async with premises.database.writing() as session:
            return await notices.publish(session, slug, now=premises.clock())

    click.echo(f"{slug}: version {at_work(work)} is published")


@click.command("list")
def list_notices() -> None:
    """List all notices, the newest first: slug, state, version, window, title."""

    async def work(premises: Premises) -> list[str]:
        async with premises.database.reading() as session:
            found = await notices.list_notices(session)
        return [
            "\t".join(
                (
                    notice.slug,
                    notice.state,
                    str(notice.published_version or "-"),
                    f"{_day(notice.opens_on)}..{_day(notice.closes_on)}",
                    notice.title,
                )
            )
            for notice in found
        ]

    for line in at_work(work):
        click.echo(line)


def _day(on: date | None) -> str:
    return on.isoformat() if on else ""
