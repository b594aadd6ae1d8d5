"""``huiyin mailbox``: the mailboxes on other mail servers that letters come from.

Secrets are asked for, or read from a file or a pipe; they never stand on a command
line, where every user of the machine could read them.
"""

from typing import Any

import click

from app.cli.lazy import PartialFailure
from app.cli.mailbox_secret import SECRET_OPTIONS, secret_of, secret_options
from app.cli.opening import at_work
from app.domain.correspondence import MailboxSecurity
from app.domain.mailbox import PORTS, MailboxTerms, Password, TokenGrant
from app.gateways import imap, oauth
from app.gateways.imap import AccessToken
from app.gateways.imap_faults import MailboxFault, Patience
from app.premises import Premises
from app.services import fetching, mailboxes
from app.services.fetching import OpenMailbox
from app.services.mailboxes import MailboxEntry
from app.workers.loop import outcome


@click.command("add")
@click.argument("name")
@click.option("--host", required=True, metavar="HOST", help="The IMAP server.")
@click.option("--port", type=int, help="Its port, if not the usual one.")
@click.option("--user", "user_name", required=True, help="Whose mailbox it is.")
@click.option(
    "--security",
    type=click.Choice([each.value for each in MailboxSecurity]),
    default=MailboxSecurity.TLS.value,
    show_default=True,
    help="How the way there is kept private.",
)
@click.option(
    "--unprotected",
    is_flag=True,
    help="Let --security none cross a network, where others can read the password.",
)
@click.option("--folder", default="INBOX", show_default=True)
@click.option(
    "--file-in",
    "filed_in",
    metavar="FOLDER",
    help="Move letters there once they are kept; else they are marked as seen.",
)
@click.option(
    "--from",
    "begin",
    type=click.Choice(["new", "all"]),
    default="new",
    show_default=True,
    help="Which letters: those that come from now on, or old ones, too, whose writers"
    " get no acknowledgement.",
)
@secret_options
def add(
    name: str,
    host: str,
    port: int | None,
    security: str,
    begin: str,
    *,
    unprotected: bool,
    **facts: Any,
) -> None:
    """Have the mailbox NAME read from now on, by the running service."""
    way = MailboxSecurity(security)
    terms = MailboxTerms(
        name=name,
        host=host,
        port=port or PORTS[way],
        security=way,
        user_name=facts["user_name"],
        folder=facts["folder"],
        filed_in=facts["filed_in"],
        old_letters=begin == "all",
        secret=secret_of(**{option: facts[option] for option in SECRET_OPTIONS}),
    )

    async def work(premises: Premises) -> None:
        async with premises.database.writing() as session:
            await mailboxes.add(
                session,
                premises.house,
                terms,
                now=premises.clock(),
                unprotected=unprotected,
            )

    at_work(work)
    click.echo(f"{name}: added; see how it fares with `huiyin mailbox test {name}`")


@click.command("secret")
@click.argument("name")
@secret_options
def secret(name: str, **facts: Any) -> None:
    """Give the mailbox NAME a new password, or new consent; it reads on from there."""
    given = secret_of(**facts)

    async def work(premises: Premises) -> None:
        async with premises.database.writing() as session:
            await mailboxes.give_secret(
                session, premises.house, name, given, now=premises.clock()
            )

    at_work(work)
    click.echo(f"{name}: changed")


@click.command("list")
def list_mailboxes() -> None:
    """List the mailboxes: name, server, folder, when it was looked through, trouble."""

    async def work(premises: Premises) -> list[str]:
        async with premises.database.reading() as session:
            return [_line(entry) for entry in await mailboxes.entries(session)]

    for line in at_work(work) or ["no mailboxes"]:
        click.echo(line)


@click.command("test")
@click.argument("name")
def test(name: str) -> None:
    """Open the mailbox NAME as the service does, and say how that went."""

    async def work(premises: Premises) -> str | Exception:
        return await outcome(_test(premises, name))

    said = at_work(work)
    if isinstance(said, MailboxFault):
        raise PartialFailure(f"{name}: {said}")
    if isinstance(said, Exception):
        raise said
    click.echo(f"{name}: {said}")


@click.command("enable")
@click.argument("name")
def enable(name: str) -> None:
    """Have the mailbox NAME read again, from where it was left."""
    _enable(name, enabled=True)


@click.command("disable")
@click.argument("name")
def disable(name: str) -> None:
    """Have the mailbox NAME read no more; where it was left is remembered."""
    _enable(name, enabled=False)


@click.command("remove")
@click.argument("name")
def remove(name: str) -> None:
    """Forget the mailbox NAME and its password; the letters from it remain."""

    async def work(premises: Premises) -> None:
        async with premises.database.writing() as session:
            key = await mailboxes.key_of(session, name)
            await mailboxes.remove(session, key, now=premises.clock())

    at_work(work)
    click.echo(f"{name}: removed")


def _enable(name: str, *, enabled: bool) -> None:
    async def work(premises: Premises) -> None:
        async with premises.database.writing() as session:
            key = await mailboxes.key_of(session, name)
            await mailboxes.enable(session, key, enabled=enabled, now=premises.clock())

    at_work(work)
    click.echo(f"{name}: {'enabled' if enabled else 'disabled'}")


async def _test(premises: Premises, name: str) -> str:
    """Open a mailbox; return what was found there.

    Raises:
        NoSuchMailbox: There is none of that name, or it is disabled.
        MailboxFault: Something is in the way.
    """
    async with premises.database.reading() as session:
        key = await mailboxes.key_of(session, name)
        mailbox = await fetching.open_mailbox(session, premises.house.seal, key)
    if mailbox is None:
        raise mailboxes.NoSuchMailbox(f"the mailbox {name} is disabled")
    given = mailbox.terms.secret
    proof: Password | AccessToken
    if isinstance(given, Password):
        proof = given
    else:
        proof = await _token(premises, key, given)
    async with imap.opened(mailbox.terms, proof, patience=Patience()) as folder:
        return _found(mailbox, folder)


async def _token(premises: Premises, key: int, grant: TokenGrant) -> AccessToken:
    issued = await oauth.ask_token(grant, now=premises.clock())
    if issued.refresh_token is not None:
        async with premises.database.writing() as session:
            await fetching.keep_refresh_token(
                session, premises.house.seal, key, issued.refresh_token
            )
    return AccessToken(issued.value)


def _found(mailbox: OpenMailbox, folder: imap.ImapFolder) -> str:
    tells = "tells of new letters" if folder.tells_of_news else "has to be asked"
    return (
        f"signed in; {mailbox.terms.folder} holds {folder.exists} letters;"
        f" the server {tells}"
    )


def _line(entry: MailboxEntry) -> str:
    if not entry.enabled:
        state = "disabled"
    elif entry.trouble is not None:
        since = f" since {entry.failing_since:%Y-%m-%d %H:%M}Z"
        state = f"{entry.trouble}{since} {entry.said}".rstrip()
    elif entry.checked_at is not None:
        state = f"looked through {entry.checked_at:%Y-%m-%d %H:%M}Z"
    else:
        state = "to be looked through"
    place = f"{entry.user_name} at {entry.host}:{entry.port}"
    return f"{entry.name}\t{place}\t{entry.folder}\t{state}"
