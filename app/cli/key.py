"""``huiyin key``: which other systems may send opinions in over Open311."""

import click

from app.cli.opening import at_work
from app.premises import Premises
from app.services.publishing import clients


@click.command("add")
@click.argument("name")
def add(name: str) -> None:
    """Let the system NAME send opinions in, and print its key, which is not kept."""

    async def work(premises: Premises) -> str:
        async with premises.database.writing() as session:
            return await clients.add(
                session, premises.house.seal, name, now=premises.clock()
            )

    click.echo(f"{name}, api_key: {at_work(work)}")


@click.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """Take the key of the system NAME out of use, for good."""

    async def work(premises: Premises) -> None:
        async with premises.database.writing() as session:
            await clients.revoke(session, name, now=premises.clock())

    at_work(work)
    click.echo(f"{name}: revoked")


@click.command("list")
def list_keys() -> None:
    """List the systems: name, since when, and whether the key works."""

    async def work(premises: Premises) -> list[str]:
        async with premises.database.reading() as session:
            found = await clients.entries(session)
        zone = premises.settings.zone
        return [
            "\t".join(
                (
                    each.name,
                    each.added_at.astimezone(zone).date().isoformat(),
                    "revoked" if each.revoked_at else "works",
                )
            )
            for each in found
        ]

    for line in at_work(work):
        click.echo(line)
