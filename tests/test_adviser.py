"""What can be set about a model outside, and what is refused before the start."""

from datetime import timedelta

import pytest

from app.settings import PREFIX, Settings, SettingsError

URL = "https://models.example.org/v1"


def set_to(**variables: str) -> Settings:
    return Settings.from_environ(
        {PREFIX + name: text for name, text in variables.items()}
    )


def test_nobody_is_asked_unless_it_is_set() -> None:
    assert Settings().endpoint_url is None


def test_an_endpoint_is_an_address_and_a_model() -> None:
    settings = set_to(
        ENDPOINT_URL=f"{URL}/", ENDPOINT_MODEL="small", ENDPOINT_TIMEOUT="PT1M30S"
    )

    assert settings.endpoint_url == URL
    assert settings.endpoint_timeout == timedelta(seconds=90)


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1:8000/v1",
        "http://[::1]/v1",
        "http://10.1.2.3/v1",
        "http://models/v1",
    ],
)
def test_within_the_house_there_may_be_no_tls(url: str) -> None:
    assert set_to(ENDPOINT_URL=url, ENDPOINT_MODEL="m").endpoint_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://models.example.org/v1",
        "http://8.8.8.8/v1",
        "ftp://models.example.org",
        "models.example.org/v1",
        "https://",
        "https://user:secret@models.example.org/v1",
        "https://models.example.org/v1?key=secret",
    ],
)
def test_an_address_that_would_not_keep_a_text_private_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="HUIYIN_ENDPOINT_URL") as refused:
        set_to(ENDPOINT_URL=url, ENDPOINT_MODEL="m")

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"ENDPOINT_URL": URL}, "HUIYIN_ENDPOINT_MODEL"),
        ({"ENDPOINT_MODEL": "m"}, "HUIYIN_ENDPOINT_MODEL"),
        ({"ENDPOINT_KEY": "k"}, "HUIYIN_ENDPOINT_KEY"),
        (
            {"ENDPOINT_URL": URL, "ENDPOINT_MODEL": "m", "ENDPOINT_KEY": "a b"},
            "HUIYIN_ENDPOINT_KEY",
        ),
        ({"ENDPOINT_TIMEOUT": "20"}, "HUIYIN_ENDPOINT_TIMEOUT"),
        ({"ENDPOINT_TIMEOUT": "PT1H"}, "HUIYIN_ENDPOINT_TIMEOUT"),
        ({"ENDPOINT_CALLS_PER_DAY": "0"}, "HUIYIN_ENDPOINT_CALLS_PER_DAY"),
    ],
)
def test_what_does_not_go_together_is_named(
    variables: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        set_to(**variables)


def test_the_key_does_not_show_when_settings_are_printed() -> None:
    settings = set_to(ENDPOINT_URL=URL, ENDPOINT_MODEL="m", ENDPOINT_KEY="sk-hidden")

    assert "sk-hidden" not in repr(settings)
