from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from app.cli import huiyin
from tests.gateways.post import INTAKE, letter
from tests.ports import free_port
from tests.test_cli_serve import Running, service

SECRET = "the mail server and we know it, nobody else"


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A service with a letter door."""
    folder = tmp_path_factory.mktemp("elsewhere")
    settings = {"HUIYIN_LETTER_DOOR_SECRET": SECRET, "HUIYIN_MAX_LETTER_BYTES": "65536"}
    with service(folder, **settings) as running:
        yield running


def send(
    port: int, *to: str, content: bytes | None = None, secret: str = SECRET
) -> Result:
    """Post a letter to the service at ``port``, or to nothing."""
    recipients = [word for one in to or (INTAKE,) for word in ("--recipient", one)]
    return CliRunner().invoke(
        huiyin,
        [
            "mail",
            "post",
            f"http://127.0.0.1:{port}/",
            "--sender",
            "李@例.cn",
            *recipients,
        ],
        input=letter() if content is None else content,
        env={"HUIYIN_LETTER_DOOR_SECRET": secret},
    )


def test_a_letter_goes_to_a_huiyin_elsewhere(elsewhere: Running) -> None:
    result = send(elsewhere.web_port)

    assert (result.exit_code, result.output) == (0, "")


def test_a_letter_to_nobody_goes_back(elsewhere: Running) -> None:
    assert send(elsewhere.web_port, "nobody@localhost").exit_code == 67


@pytest.mark.parametrize("size", [65_537, 20_000_000])
def test_a_letter_that_is_too_large_goes_back(elsewhere: Running, size: int) -> None:
    assert send(elsewhere.web_port, content=b"x" * size).exit_code == 65


def test_with_another_secret_the_letter_stays(elsewhere: Running) -> None:
    result = send(elsewhere.web_port, secret="x" * 32, content=b"x" * 3_000_000)

    assert result.exit_code == 75
    assert "401 unauthorized" in result.output


def test_where_nobody_listens_the_letter_stays() -> None:
    assert send(free_port()).exit_code == 75


@pytest.mark.parametrize("url", ["opinions.example.org", "ftp://a", "http://[", "x:y"])
def test_a_slip_in_the_address_loses_no_letter(url: str) -> None:
    result = CliRunner().invoke(
        huiyin,
        ["mail", "post", url, "--recipient", INTAKE],
        input=b"x",
        env={"HUIYIN_LETTER_DOOR_SECRET": SECRET},
    )

    assert result.exit_code == 75


def test_without_a_secret_the_letter_stays() -> None:
    assert send(1, secret="").exit_code == 75
