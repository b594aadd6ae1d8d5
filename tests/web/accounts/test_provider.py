import html
import re
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from httpx import AsyncClient, Response
from pydantic import SecretStr
from sqlalchemy import select

from app.domain.record import Action
from app.domain.vocabulary import Role
from app.gateways.openid import OpenIdProvider
from app.models import AuditEvent, LinkedIdentity
from app.premises import Premises
from app.services.staff import Person
from app.settings import Settings, SettingsError
from tests import at_desk
from tests.accounts import set_up_device
from tests.fakes import FakeClock
from tests.openid_provider import CLIENT, SECRET, SignInService, new_key, running

ASK = "/desk/sign-in/provider"


@pytest.fixture
async def service(premises: Premises, clock: FakeClock) -> AsyncIterator[SignInService]:
    """A sign-in service that the premises ask."""
    async with running(SignInService(clock=clock)) as service:
        use(premises, service)
        yield service


def use(premises: Premises, service: SignInService, **changes: Any) -> None:
    """Have the premises ask that service."""
    terms = {
        "oidc_issuer": service.issuer,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SecretStr(SECRET),
        "oidc_name": "统一认证",
    }
    settings = premises.settings.model_copy(update=terms | changes)
    premises.settings, premises.provider = settings, OpenIdProvider.of(settings)


@pytest.fixture
async def clerk(premises: Premises, service: SignInService) -> Person:
    """A clerk whom that service knows as person-7."""
    clerk = await at_desk.hire(premises, Role.CLERK, user_name="wang")
    linked = LinkedIdentity(
        staff_id=clerk.staff_id, issuer=service.issuer, subject="person-7",
        linked_at=premises.clock(),
    )  # fmt: skip
    async with premises.database.writing() as session:
        session.add(linked)
    return clerk


async def there_and_back(
    client: AsyncClient, address: str = ASK, **form: str
) -> Response:
    """Go to the sign-in service and come back, as a browser is led."""
    return await client.get(await asked(await client.post(address, data=form)))


async def asked(sent: Response) -> str:
    """Return where the sign-in service leads whom our page led there."""
    assert sent.status_code == 200
    there = re.findall(r'content="0; url=([^"]+)"', sent.text)[0]
    async with AsyncClient(trust_env=False) as elsewhere:
        back = await elsewhere.get(html.unescape(there))
    return back.headers["location"]


@pytest.mark.usefixtures("clerk")
async def test_whom_the_service_knows_is_let_in_by_way_of_a_page_of_ours(
    client: AsyncClient,
) -> None:
    assert "使用统一认证登录" in (await client.get("/desk/sign-in")).text
    page = await there_and_back(client, next="/desk/cases?tab=all")

    assert page.status_code == 200
    assert 'content="0; url=/desk/cases?tab=all"' in page.text
    assert (await client.get("/desk")).status_code == 200


@pytest.mark.usefixtures("clerk")
@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "another"}, {"nonce": None}, {"aud": "another"}, {"aud": None},
        {"aud": [CLIENT, "another"]}, {"azp": "another"}, {"iss": "https://evil.test"},
        {"exp": 1}, {"exp": None}, {"exp": "soon"}, {"exp": 1e300}, {"iat": 2**40},
        {"sub": None}, {"sub": ""}, {"sub": "x" * 256}, {"sub": "person-8"},
    ],
    ids=str,
)  # fmt: skip
async def test_a_word_that_does_not_hold_lets_nobody_in(
    client: AsyncClient, service: SignInService, claims: dict[str, Any]
) -> None:
    service.claims = claims
    page = await there_and_back(client)

    assert page.status_code == 403
    assert "没有登录成功" in page.text
    assert (await client.get("/desk")).status_code == 303


@pytest.mark.usefixtures("clerk")
async def test_a_word_without_a_signature_or_with_a_strangers_lets_nobody_in(
    client: AsyncClient, service: SignInService
) -> None:
    service.unsigned = True
    assert (await there_and_back(client)).status_code == 403

    service.unsigned, service.forger = False, new_key("first")
    assert (await there_and_back(client)).status_code == 403

    service.forger = None
    assert (await there_and_back(client)).status_code == 200


@pytest.mark.usefixtures("clerk")
async def test_a_new_key_of_the_service_is_asked_for_once(
    client: AsyncClient, service: SignInService
) -> None:
    await there_and_back(client)
    await there_and_back(client)
    assert service.keys_asked == 1

    service.key = new_key("second")
    assert (await there_and_back(client)).status_code == 200
    assert service.keys_asked == 2


@pytest.mark.usefixtures("clerk")
async def test_an_answer_counts_once_and_only_for_its_own_question(
    client: AsyncClient,
) -> None:
    back = await asked(await client.post(ASK))
    forged = back.replace("state=", "state=x")
    assert (await client.get(forged)).status_code == 403
    assert (await client.get(back)).status_code == 403

    assert (await there_and_back(client)).status_code == 200
    client.cookies.clear()
    assert (await client.get(back)).status_code == 403


@pytest.mark.usefixtures("service")
async def test_whom_nobody_linked_is_told_how(client: AsyncClient) -> None:
    page = await there_and_back(client)

    assert page.status_code == 403
    assert "没有与您关联的账号" in page.text


async def test_an_account_is_linked_by_its_owner_and_unlinked(
    client: AsyncClient, premises: Premises, service: SignInService
) -> None:
    person = await at_desk.hire(premises, Role.CLERK)
    await at_desk.sit(client, premises, person)
    await there_and_back(client, "/desk/account/provider")
    assert "可以使用统一认证登录" in (await client.get("/desk/account")).text
    async with premises.database.reading() as session:
        assert await session.scalar(select(LinkedIdentity.subject)) == "person-7"
    await client.post("/desk/account/provider/remove")

    async with premises.database.reading() as session:
        assert await session.scalar(select(LinkedIdentity.subject)) is None
    del service


async def test_a_name_links_only_where_the_settings_say_which_claim_it_is(
    client: AsyncClient, premises: Premises, service: SignInService
) -> None:
    await at_desk.hire(premises, Role.CLERK, user_name="wang")
    service.claims = {"preferred_username": "wang"}
    assert (await there_and_back(client)).status_code == 403

    use(premises, service, oidc_user_name_claim="preferred_username")
    assert (await there_and_back(client)).status_code == 200
    # From then on the name does not matter: another person may get it there.
    service.claims = {"preferred_username": "wang", "sub": "person-8"}
    assert (await there_and_back(client)).status_code == 403


async def test_the_second_factor_is_asked_for_unless_it_was_shown_there(
    client: AsyncClient, premises: Premises, service: SignInService, clerk: Person
) -> None:
    await set_up_device(premises, clerk)
    assert "url=/desk/sign-in/second" in (await there_and_back(client)).text

    service.claims = {"amr": ["pwd", "mfa"]}
    assert 'url=/desk"' in (await there_and_back(client)).text


async def test_a_service_that_calls_itself_something_else_is_not_asked(
    client: AsyncClient, premises: Premises, service: SignInService
) -> None:
    use(premises, service, oidc_issuer=f"{service.issuer}/")

    page = await client.post(ASK)
    assert page.status_code == 403
    assert "没有回应" in page.text


async def test_where_there_is_no_service_there_is_no_button_and_no_way(
    client: AsyncClient,
) -> None:
    assert ASK not in (await client.get("/desk/sign-in")).text
    assert (await client.post(ASK)).status_code == 404


def test_half_of_the_settings_are_refused_before_the_start() -> None:
    with pytest.raises(SettingsError, match="HUIYIN_OIDC_CLIENT_ID"):
        OpenIdProvider.of(Settings(oidc_issuer="https://id.example.org"))


async def test_a_refused_linking_comes_back_to_the_account(
    client: AsyncClient, premises: Premises, clerk: Person
) -> None:
    other = await at_desk.hire(premises, Role.CLERK)
    assert other.staff_id != clerk.staff_id
    await at_desk.sit(client, premises, other)

    page = await there_and_back(client, "/desk/account/provider")
    account = await client.get("/desk/account?refused=linked_otherwise")

    assert 'content="0; url=/desk/account?refused=linked_otherwise"' in page.text
    assert "这个身份已关联别的账号" in account.text


def test_without_its_libraries_the_start_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "joserfc.jwt", None)

    with pytest.raises(SettingsError, match=r"`oidc`; .*requirements/postgres.txt"):
        OpenIdProvider.of(
            Settings(oidc_issuer="https://sso.example.org", oidc_client_id=CLIENT)
        )


async def test_who_cancels_there_is_told_so_and_led_back_to_where_they_wanted_to_go(
    client: AsyncClient, premises: Premises, service: SignInService
) -> None:
    service.cancels = True
    page = await there_and_back(client, next="/desk/cases?tab=all")

    assert page.status_code == 200
    assert "您在统一认证那里取消了登录" in page.text
    assert 'href="/desk/sign-in?next=/desk/cases%3Ftab%3Dall"' in page.text
    assert Action.SIGN_IN_FAILED not in await actions(premises)
    assert (await client.get("/desk")).status_code == 303


async def test_cancelling_counts_only_as_the_answer_to_what_was_asked(
    client: AsyncClient, service: SignInService
) -> None:
    service.cancels = True
    back = await asked(await client.post(ASK))
    forged = await client.get(back.replace("state=", "state=x"))

    assert forged.status_code == 403
    assert "取消了登录" not in forged.text


async def test_who_cancels_linking_comes_back_to_the_account(
    client: AsyncClient, premises: Premises, service: SignInService
) -> None:
    service.cancels = True
    await at_desk.sit(client, premises, await at_desk.hire(premises, Role.CLERK))

    page = await there_and_back(client, "/desk/account/provider")
    account = await client.get("/desk/account?refused=provider_cancelled")

    assert 'content="0; url=/desk/account?refused=provider_cancelled"' in page.text
    assert "没有关联，也没有任何改动" in account.text


async def actions(premises: Premises) -> list[str]:
    async with premises.database.reading() as session:
        return list(await session.scalars(select(AuditEvent.action)))
