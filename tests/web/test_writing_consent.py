"""The consent text: another word makes another version, and old ones stay readable."""

import json

import pytest
from httpx import AsyncClient

from app.domain.vocabulary import Language
from app.web.writing import consent
from tests.consents import FOLDER, kept
from tests.web.citizen import WRITE

NOW = consent.version_now()
BY_MONTH = {"2026-11": "c6fb30658207"}
"""Versions that were named before they were made of their words."""


def test_the_text_that_is_shown_is_kept_under_its_version() -> None:
    """If this fails, the text changed: `python -m tests.consents` keeps the new one."""
    assert kept(NOW).is_file()
    assert json.loads(kept(NOW).read_text("utf-8")) == consent.texts_now()


def test_another_word_makes_another_version() -> None:
    texts = {language: dict(words) for language, words in consent.texts_now().items()}
    texts["en"]["privacy.why"] += " And more."

    assert consent.version_of(texts) != NOW


@pytest.mark.parametrize("version", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_no_version_was_changed_after_it_was_kept(version: str) -> None:
    texts = json.loads(kept(version).read_text("utf-8"))

    assert consent.version_of(texts) == BY_MONTH.get(version, version)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("version", sorted(path.stem for path in FOLDER.glob("*.json")))
async def test_every_version_has_an_address(
    client: AsyncClient, version: str, language: str
) -> None:
    page = await client.get(f"{language}/privacy/{version}")
    words = consent.read(version, Language.EN if language else Language.ZH).words

    assert page.status_code == 200
    assert words["write.consent_words"] in page.text
    assert ('class="note"' in page.text) is (version != NOW)


@pytest.mark.parametrize("version", ["2020-01", "x", "%2e%2e%2f1", "%00", "0" * 12])
async def test_a_version_that_never_was_is_not_found(
    client: AsyncClient, version: str
) -> None:
    assert (await client.get(f"/privacy/{version}")).status_code == 404


async def test_the_form_links_to_the_version_that_is_agreed_to(
    client: AsyncClient,
) -> None:
    assert f'href="/privacy/{NOW}"' in (await client.get(WRITE)).text


@pytest.mark.parametrize("language", ["", "/en"])
async def test_the_page_has_every_chapter_of_the_version_in_force(
    client: AsyncClient, language: str
) -> None:
    page = await client.get(f"{language}/privacy")
    words = consent.texts_now()["en" if language else "zh"]

    for part in consent.PARTS:
        assert f"<h2>{words[f'privacy.{part}_heading']}</h2>" in page.text
