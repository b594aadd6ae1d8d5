"""A mailbox at the desk: set up, changed, forgotten.  Secrets are never shown."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Form, Request, Response
from pydantic import BaseModel

from app.domain.correspondence import MailboxSecurity, MailboxSignIn
from app.domain.mailbox import PORTS, BadMailbox, MailboxTerms, Password, TokenGrant
from app.domain.naming import plain_name
from app.domain.permission import Duty
from app.errors import AppError, InvalidInput
from app.services.administration import mailbox_changes
from app.services.administration.mailbox_changes import KnownMailbox, StaleMailbox
from app.services.mailboxes import MailboxNameTaken
from app.services.staff import Person
from app.web.dependencies import NowDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import on_duty
from app.web.errors import explained, status_of
from app.web.pages import premises_of

router = APIRouter(prefix="/mailboxes")

KeeperDep = Annotated[Person, Depends(on_duty(Duty.MAILBOXES))]

_REFUSED = (BadMailbox, MailboxNameTaken, StaleMailbox)


class SheetForm(BaseModel):
    """Everything that there is to say about a mailbox."""

    name: str = ""
    host: str = ""
    port: str = ""
    security: MailboxSecurity = MailboxSecurity.TLS
    user_name: str = ""
    folder: str = "INBOX"
    filed_in: str = ""
    old_letters: bool = False
    way: Literal["password", "oauth"] = "password"
    secret: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
    version: str = ""

    def terms(self) -> MailboxTerms:
        """Return what was typed.

        Raises:
            BadMailbox: The port is no number, or part of what OAuth needs is missing.
        """
        port = self.port.strip() or str(PORTS[self.security])
        if not port.isdecimal():
            raise BadMailbox("this is no port", field="port", code="mailbox_port")
        return MailboxTerms(
            name=plain_name(self.name),
            host=self.host.strip(),
            port=int(port[:9]),
            security=self.security,
            user_name=self.user_name.strip(),
            secret=self._secret(),
            folder=self.folder.strip(),
            filed_in=self.filed_in.strip() or None,
            old_letters=self.old_letters,
        )

    @property
    def keeps_secret(self) -> bool:
        """Whether none was typed."""
        return not (self.secret or self.token_url.strip())

    def _secret(self) -> Password | TokenGrant:
        if self.way == "password" or self.keeps_secret:
            return Password(password=self.secret)
        if not self.client_id.strip():
            raise BadMailbox("no client", field="client_id", code="mailbox_blank")
        return TokenGrant(
            token_url=self.token_url.strip(),
            client_id=self.client_id.strip(),
            client_secret=self.client_secret or None,
            refresh_token=self.secret,
            scope=self.scope.strip() or None,
        )


def _shown(known: KnownMailbox) -> SheetForm:
    terms = known.terms
    way: Literal["password", "oauth"] = (
        "oauth" if known.sign_in is MailboxSignIn.OAUTH else "password"
    )
    return SheetForm(
        way=way, name=terms.name, host=terms.host, port=str(terms.port),
        security=terms.security, user_name=terms.user_name, folder=terms.folder,
        filed_in=terms.filed_in or "", old_letters=terms.old_letters,
        version=known.version,
    )  # fmt: skip


@router.get("/new")
async def show_empty(request: Request, person: KeeperDep) -> Response:
    """Show an empty sheet."""
    return _page(request, person, SheetForm())


@router.post("/new")
async def add(
    request: Request,
    form: Annotated[SheetForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Set up a mailbox."""
    premises = premises_of(request)
    try:
        terms = form.terms()
        async with premises.database.writing() as session:
            await mailbox_changes.add(session, person, premises.house, terms, now=now)
    except _REFUSED as error:
        return _page(request, person, form, error=error)
    return see(request, "/desk/mailboxes", done="mailbox_saved")


@router.get("/{key}")
async def show_mailbox(request: Request, person: KeeperDep, key: Key) -> Response:
    """Show a mailbox, to be changed."""
    known = await _known(request, person, key)
    return _page(request, person, _shown(known), key=key)


@router.post("/{key}")
async def change(
    request: Request,
    key: Key,
    form: Annotated[SheetForm, Form()],
    person: KeeperDep,
    now: NowDep,
) -> Response:
    """Change a mailbox."""
    premises = premises_of(request)
    try:
        terms = form.terms()
        async with premises.database.writing() as session:
            await mailbox_changes.change(
                session, person, premises.house, key, terms,
                keep_secret=form.keeps_secret, seen=form.version, now=now,
            )  # fmt: skip
    except StaleMailbox as error:
        known = await _known(request, person, key)
        return _page(request, person, _shown(known), key=key, error=error)
    except _REFUSED as error:
        return _page(request, person, form, key=key, error=error)
    return see(request, "/desk/mailboxes", done="mailbox_saved")


@router.post("/{key}/remove")
async def remove(
    request: Request,
    key: Key,
    person: KeeperDep,
    now: NowDep,
    *,
    sure: Annotated[bool, Form()] = False,
) -> Response:
    """Forget a mailbox."""
    if not sure:
        known = await _known(request, person, key)
        error = InvalidInput("not sure", field="sure", code="not_sure")
        return _page(request, person, _shown(known), key=key, error=error)
    async with premises_of(request).database.writing() as session:
        await mailbox_changes.remove(session, person, key, now=now)
    return see(request, "/desk/mailboxes", done="mailbox_removed")


async def _known(request: Request, person: Person, key: int) -> KnownMailbox:
    premises = premises_of(request)
    async with premises.database.reading() as session:
        return await mailbox_changes.read(session, person, premises.house, key)


def _page(
    request: Request,
    person: Person,
    form: SheetForm,
    *,
    key: int | None = None,
    error: AppError | None = None,
) -> Response:
    field = error.field if isinstance(error, InvalidInput) else None
    if isinstance(error, MailboxNameTaken):
        field = "name"
    words = explained(request, error.code, str(error)) if error else None
    return desk_page(
        request, person, "desk/administration/mailbox_sheet.html",
        status=status_of(error) if error else HTTPStatus.OK,
        form=form,
        key=key,
        securities=MailboxSecurity,
        faults={field: words} if field else {},
        trouble=words if error and not field else None,
    )  # fmt: skip
