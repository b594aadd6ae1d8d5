"""A model outside is asked over real HTTP, and may answer whatever it likes."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from app.gateways.endpoint import MOST, Endpoint, EndpointFault, Trouble
from app.settings import Settings, SettingsError
from tests.model_server import KEY, MODEL, ModelServer, Said, model_server, words
from tests.ports import free_port

pytestmark = pytest.mark.anyio


async def ask(server: ModelServer, **changes: Any) -> str:
    """Ask the server something."""
    endpoint = Endpoint.of(server.settings(Settings(), **changes))
    assert endpoint is not None
    return await endpoint.ask(told="归类", shown="路灯坏了")


async def trouble_with(said: Said, **changes: Any) -> EndpointFault:
    """Return what comes of an answer."""
    async with model_server(said) as server:
        with pytest.raises(EndpointFault) as fault:
            await ask(server, **changes)
    return fault.value


async def test_what_the_model_says_comes_back() -> None:
    async with model_server(words("是路灯")) as server:
        assert await ask(server) == "是路灯"

    (asked,) = server.asked
    assert asked["model"] == MODEL
    assert [each["content"] for each in asked["messages"]] == ["归类", "路灯坏了"]


async def test_the_key_is_sent_where_the_protocol_has_it() -> None:
    async with model_server(words("…")) as server:
        await ask(server)
        await ask(server, endpoint_key=None)

    first, second = server.heads
    assert first.startswith("POST /v1/chat/completions ")
    assert f"authorization: bearer {KEY}" in first.lower()
    assert "authorization" not in second.lower()


async def test_a_key_does_not_show_when_the_endpoint_is_printed() -> None:
    endpoint = Endpoint.of(ModelServer(port=1).settings(Settings()))

    assert KEY not in repr(endpoint)


@pytest.mark.parametrize(
    ("said", "trouble", "final"),
    [
        (Said(b"{}", status=500), Trouble.REFUSED, False),
        (Said(b"{}", status=401), Trouble.REFUSED, False),
        (Said(b"{}", status=429), Trouble.REFUSED, False),
        (Said(b"{}", status=400), Trouble.DECLINED, True),
        (Said(b"<html>"), Trouble.ODD, True),
        (Said(b"[" * 60_000), Trouble.ODD, True),
        (Said(b'{"choices": []}'), Trouble.ODD, True),
        (Said(b'{"choices": [{"message": 7}]}'), Trouble.ODD, True),
        (words(None), Trouble.ODD, True),
        (words("x" * MOST), Trouble.ODD, True),
    ],
)
async def test_an_answer_that_is_none_is_told_apart(
    said: Said, trouble: Trouble, *, final: bool
) -> None:
    fault = await trouble_with(said)

    assert (fault.trouble, fault.is_final) == (trouble, final)


async def test_an_answer_that_takes_too_long_is_not_waited_for() -> None:
    slow = words("…", after=30)

    fault = await trouble_with(slow, endpoint_timeout=Settings().endpoint_timeout / 100)

    assert fault.trouble is Trouble.SLOW
    assert fault.is_final


async def test_a_redirect_leads_nowhere() -> None:
    async with model_server(words("…")) as other:
        moved = Said(b"", status=307, headers=(f"Location: {other.url}",))

        fault = await trouble_with(moved)

    assert fault.trouble is Trouble.REFUSED
    assert other.asked == []


async def test_a_proxy_of_the_environment_gets_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with model_server(words("…")) as proxy, model_server(words("是")) as server:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy.port}")

        assert await ask(server) == "是"

    assert proxy.asked == []


async def test_what_comes_back_packed_is_not_unpacked() -> None:
    packed = Said(words("…").body, headers=("Content-Encoding: gzip",))

    async with model_server(packed) as server:
        assert await ask(server) == "…"


async def test_an_endpoint_that_is_not_there_may_be_asked_again() -> None:
    with pytest.raises(EndpointFault) as fault:
        await ask(ModelServer(port=free_port()))

    assert fault.value.trouble is Trouble.UNREACHABLE
    assert not fault.value.is_final


async def test_nobody_is_asked_where_no_setting_says_so() -> None:
    assert Endpoint.of(Settings()) is None


def without_httpx(name: str) -> object:
    raise ImportError(name)


async def test_without_its_library_the_service_says_so_at_the_start(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent: Callable[[str], object] = without_httpx
    monkeypatch.setattr("app.gateways.endpoint.import_module", absent)

    with pytest.raises(SettingsError, match=r"`endpoint`; .*requirements/postgres.txt"):
        Endpoint.of(ModelServer(port=1).settings(Settings()))


async def test_nothing_that_was_said_stands_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO, logger="app"):
        await trouble_with(Said("路灯坏了".encode(), status=500))

    assert "路灯" not in caplog.text
