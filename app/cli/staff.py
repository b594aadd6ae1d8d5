"""``huiyin staff`` and ``huiyin office``: who works here, and where."""

import click

from app.cli.opening import at_work
from app.domain.vocabulary import Role
from app.premises import Premises
from app.services import directory, restricting, roster, staff


@click.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    required=True,
    help="What the account may do.",
)
@click.option("--office", required=True, metavar="NAME", help="Where it belongs.")
@click.option("--display-name", help="The name that colleagues see.")
def add_staff(name: str, role: str, office: str, display_name: str | None) -> None:
    """Set up the account NAME, and print its one-time password.

    A clerk or supervisor belongs to the supervision office, an officer to one of the
    answering offices; an administrator or auditor may belong to any.
    """

    async def work(premises: Premises) -> str:
        async with premises.database.writing() as session:
            return await staff.add_staff(
                session,
                name,
                role=Role(role),
                office=office,
                display_name=display_name,
                now=premises.clock(),
            )

    click.echo(f"{name}, one-time password: {at_work(work)}")


@click.command("reset")
@click.argument("name")
def reset_password(name: str) -> None:
    """Give the account NAME a new one-time password, and sign it out everywhere."""

    async def work(premises: Premises) -> str:
        async with premises.database.writing() as session:
            return await staff.reset_password(session, name, now=premises.clock())

    click.echo(f"{name}, one-time password: {at_work(work)}")


@click.command("list")
def list_staff() -> None:
    """List the accounts: name, display name, role, office, whether active."""

    async def work(premises: Premises) -> list[str]:
        async with premises.database.reading() as session:
            accounts = await roster.accounts(session)
        return [
            "\t".join(
                (
                    account.user_name,
                    account.display_name,
                    account.role,
                    account.office,
                    "active" if account.active else "closed",
                )
            )
            for account in accounts
        ]

    for line in at_work(work):
        click.echo(line)


@click.command("add")
@click.argument("name")
def add_office(name: str) -> None:
    """Set up the office NAME, to which cases can be assigned."""

    async def work(premises: Premises) -> None:
        async with premises.database.writing() as session:
            await staff.add_office(session, name, now=premises.clock())

    at_work(work)
    click.echo(f"{name}: set up")


@click.command("reports")
@click.argument("name")
def send_reports(name: str) -> None:
    """Let reports of wrongdoing go to the office NAME.

    They are seen there by its officers alone, or by the supervisors if it is the
    supervision office, to which they go where none was named; and by administrators
    who belong to it. Reports that came before stay where they are.
    """

    async def work(premises: Premises) -> None:
        async with premises.database.writing() as session:
            await restricting.receive_reports(session, name, now=premises.clock())

    at_work(work)
    click.echo(f"{name}: receives reports of wrongdoing")


@click.command("list")
def list_offices() -> None:
    """List the offices; those that lead or receive reports are marked."""

    async def work(premises: Premises) -> list[str]:
        async with premises.database.reading() as session:
            found = await directory.offices(session)
        return [
            "\t".join(
                word
                for word, holds in (
                    (one.name, True),
                    ("leads", one.leads),
                    ("receives reports", one.receives_reports),
                )
                if holds
            )
            for one in found
        ]

    for line in at_work(work):
        click.echo(line)
