"""One's own account: where one is signed in, and what opens it."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Request, Response
from pydantic import BaseModel

from app.services.accounts import factors, identities, passkeys, posts, sessions
from app.web.dependencies import NowDep, PremisesDep, ReadingDep, WritingDep
from app.web.desk_forms import Key
from app.web.desk_pages import desk_page, see
from app.web.desk_person import HolderDep, KeptDep
from app.web.errors import explained
from app.web.forms import new_token

router = APIRouter()

_REFUSALS: Final = frozenset(
    {
        "wrong_passkey", "passkey_there", "bad_account_name", "attempt_over",
        "linked_otherwise", "provider_fault", "provider_cancelled",
    }
)  # fmt: skip
"""What an address may say was refused."""


class SessionForm(BaseModel):
    """A session."""

    session: Key


@router.get("/account")
async def show_account(
    request: Request,
    kept: KeptDep,
    session: ReadingDep,
    premises: PremisesDep,
    now: NowDep,
) -> Response:
    """Show somebody's own account."""
    person, provider = kept.person, premises.provider
    refused = request.query_params.get("refused", "")
    return desk_page(
        request, person, "desk/account/account.html",
        factors=await factors.of(session, person.staff_id),
        needed=person.role in await factors.required(session),
        passkeys_offered=passkeys.offered(premises.settings),
        sessions=await sessions.entries(
            session, premises.house, person, own=kept.session_id, now=now
        ),
        provider=provider and provider.name,
        linked=provider is not None
        and provider.issuer in await identities.issuers(session, person),
        note=await posts.read_note(session, person),
        token=new_token(premises.house.seal, now=now),
        problem=explained(request, refused, "") if refused in _REFUSALS else "",
    )  # fmt: skip


@router.post("/account/sessions/end")
async def end_session(
    request: Request,
    form: Annotated[SessionForm, Form()],
    person: HolderDep,
    session: WritingDep,
    now: NowDep,
) -> Response:
    """Sign out in another browser."""
    await sessions.end(session, person, form.session, now=now)
    return see(request, "/desk/account", done="session_ended")


@router.post("/account/sessions/end-others")
async def end_other_sessions(
    request: Request, kept: KeptDep, session: WritingDep, now: NowDep
) -> Response:
    """Sign out everywhere but here, and ask for the second factor everywhere again."""
    await sessions.end_others(session, kept.person, own=kept.session_id, now=now)
    return see(request, "/desk/account", done="sessions_ended")


@router.post("/account/note")
async def put_note_away(
    request: Request, person: HolderDep, session: WritingDep
) -> Response:
    """Note that what there was to be told has been read."""
    await posts.put_note_away(session, person)
    return see(request, "/desk/account")
