import re
from datetime import timedelta

import pytest
from pydantic import SecretStr, TypeAdapter, ValidationError

from app.cli.settings import settings_table
from app.settings import PREFIX, Settings, SettingsError

CELLS = re.compile(r"(?<!\\)\|")
SECRET = "a secret of more than thirty-two signs"


def refusal(**variables: str) -> str:
    with pytest.raises(SettingsError) as error:
        Settings.from_environ({PREFIX + name: text for name, text in variables.items()})
    return str(error.value)


def test_nothing_needs_to_be_set() -> None:
    settings = Settings.from_environ({})

    assert settings.database_url.get_secret_value() == "sqlite:///huiyin.db"
    assert settings.answer_within == timedelta(days=15)


def test_what_does_not_begin_with_our_prefix_is_not_ours() -> None:
    assert Settings.from_environ({"HOME": "/home/zhang", "WEB_PORT": "x"}) == Settings()


def test_a_variable_is_read_into_its_type() -> None:
    settings = Settings.from_environ(
        {
            "HUIYIN_WEB_PORT": "80",
            "HUIYIN_ANSWER_WITHIN": "P30D",
            "HUIYIN_SURE_ABOVE": "0.9",
            "HUIYIN_SECRET_KEY": SECRET,
        }
    )

    assert settings.web_port == 80
    assert settings.answer_within == timedelta(days=30)
    assert settings.sure_above == 0.9
    assert settings.secret_key == SecretStr(SECRET)


@pytest.mark.parametrize("duration", ["15days", "15", "P", "PT", "P1M", "P１D"])
def test_a_duration_that_is_none_of_the_standard_is_refused(duration: str) -> None:
    assert "ISO 8601 duration such as P15D" in refusal(ANSWER_WITHIN=duration)


@pytest.mark.parametrize(
    ("duration", "hours"), [("P1W", 168), ("PT2H", 2), ("P1DT30M", 24.5)]
)
def test_a_duration_may_have_weeks_days_and_parts_of_them(
    duration: str, hours: float
) -> None:
    settings = Settings.from_environ({"HUIYIN_ANSWER_WITHIN": duration})

    assert settings.answer_within == timedelta(hours=hours)


def test_a_mistyped_name_is_refused_and_not_passed_over() -> None:
    assert "HUIYIN_WEB_PROT: there is no such setting" in refusal(WEB_PROT="80")


def test_an_empty_variable_is_as_good_as_unset() -> None:
    settings = Settings.from_environ({"HUIYIN_SECRET_KEY": "", "HUIYIN_RELAY_URL": ""})

    assert settings == Settings()


def test_every_bad_variable_is_named_at_once() -> None:
    said = refusal(WEB_PORT="many", TIME_ZONE="Mars/Olympus", ANSWER_WITHIN="soon")

    for name in ("HUIYIN_WEB_PORT", "HUIYIN_TIME_ZONE", "HUIYIN_ANSWER_WITHIN"):
        assert name in said


def test_a_bad_value_is_not_repeated_for_it_may_be_a_secret() -> None:
    assert "short" not in refusal(SECRET_KEY="short")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("BASE_URL", "opinions.example.org"),
        ("BASE_URL", "ftp://example.org"),
        ("INTAKE_ADDRESS", "opinions"),
        ("SENDER_ADDRESS", "@example.org"),
        ("MAIL_PORT", "65536"),
        ("MAIL_PROTOCOL", "imap"),
        ("SURE_ABOVE", "1.1"),
        ("ANSWER_WITHIN", "PT0S"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_value_that_cannot_be_is_refused(name: str, text: str) -> None:
    assert f"{PREFIX}{name}: " in refusal(**{name: text})


def test_what_the_command_line_says_goes_before_the_environment() -> None:
    settings = Settings.from_environ({"HUIYIN_WEB_PORT": "80"}, web_port=81)

    assert settings.web_port == 81


def test_a_slash_at_the_end_of_the_address_does_not_double() -> None:
    assert Settings(base_url="https://example.org/").base_url == "https://example.org"


@pytest.mark.parametrize(
    ("address", "secure"), [("https://example.org", True), ("http://localhost", False)]
)
def test_an_address_with_tls_makes_the_site_secure(
    address: str, *, secure: bool
) -> None:
    assert Settings(base_url=address).secure is secure


def test_settings_do_not_change_once_they_are_read() -> None:
    with pytest.raises(ValidationError):
        Settings().web_port = 81


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    settings = Settings(
        secret_key=SecretStr(SECRET),
        database_url=SecretStr("postgresql://huiyin:hidden@/huiyin"),
        relay_url=SecretStr("smtp://huiyin:hidden@localhost"),
    )

    assert SECRET not in repr(settings)
    assert "hidden" not in repr(settings)


def test_every_setting_says_what_it_is() -> None:
    undescribed = {
        name for name, field in Settings.model_fields.items() if not field.description
    }

    assert undescribed == set()


def test_the_table_has_a_row_of_three_cells_for_every_setting() -> None:
    head, rule, *rows = settings_table().splitlines()

    assert {len(CELLS.split(row)) for row in (head, rule, *rows)} == {5}
    assert sorted(row.split("`")[1] for row in rows) == sorted(
        f"{PREFIX}{name.upper()}" for name in Settings.model_fields
    )


def test_a_duration_in_the_table_can_be_put_into_the_variable() -> None:
    rows = dict(row.split(" | ")[:2] for row in settings_table().splitlines()[2:])
    shown = rows["| `HUIYIN_SESSION_IDLE`"].strip("`")

    assert TypeAdapter(timedelta).validate_python(shown) == Settings().session_idle


def test_the_public_address_follows_the_port_of_the_web_server() -> None:
    settings = Settings.from_environ({"HUIYIN_WEB_PORT": "8310"})

    assert settings.base_url == "http://localhost:8310"


@pytest.mark.parametrize("url", ["ftp://a", "smtp://", "smtp://a?starttls=perhaps"])
def test_a_relay_that_cannot_be_one_is_refused_before_the_start(url: str) -> None:
    with pytest.raises(SettingsError, match="HUIYIN_RELAY_URL"):
        Settings.from_environ({"HUIYIN_RELAY_URL": url})
