"""The consent text: its version is made of its words, and old versions stay readable.

What somebody agreed to is the text in the catalogues, in both languages (Personal
Information Protection Law, art. 14, 17). A changed word makes another version by
itself. Each version that was ever shown is kept in ``consents/``; a test fails while
the present one is not, and ``python -m tests.consents`` puts it there.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from app.domain.vocabulary import Language
from app.errors import NotFound
from app.web.wording import catalogue

PARTS: Final = (
    "who", "why", "what", "not", "seen", "published", "letters", "long", "rights",
    "optional",
)  # fmt: skip
"""The chapters of the full text, in its order; older versions had fewer."""

_KEYS: Final = (
    "write.consent_words", "write.consent",
    *(f"privacy.{part}{end}" for part in PARTS for end in ("_heading", "")),
)  # fmt: skip
_SIGNS: Final = 12
_VERSION: Final = re.compile(r"[0-9a-f]{12}|\d{4}-\d{2}")
"""By its words, or, before versions were made of those, by a month."""

Words = Mapping[str, str]


class NoSuchConsent(NotFound):
    """There never was a consent text of that version."""

    code = "no_such_consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """A version of the consent text, as the page of old versions shows it."""

    version: str
    words: Words

    @property
    def chapters(self) -> Iterator[tuple[str, Sequence[str]]]:
        """The full text: each chapter's heading and paragraphs."""
        for part in PARTS:
            if f"privacy.{part}" in self.words:
                heading = self.words[f"privacy.{part}_heading"]
                yield heading, self.words[f"privacy.{part}"].split("\n")


def texts_now() -> Mapping[str, Words]:
    """Return the text in the catalogues, by language."""
    return {
        language.value: {key: catalogue(language).text(key) for key in _KEYS}
        for language in Language
    }


@cache
def version_now() -> str:
    """Return the version of the text in the catalogues."""
    return version_of(texts_now())


def version_of(texts: Mapping[str, Words]) -> str:
    """Return what a text is called: the first signs of a digest of all its words."""
    plain = json.dumps(texts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()[:_SIGNS]


def read(version: str, language: Language) -> Consent:
    """Return the text of ``version``.

    Raises:
        NoSuchConsent: There never was one.
    """
    if version == version_now():
        return Consent(version=version, words=texts_now()[language.value])
    if not _VERSION.fullmatch(version):
        raise NoSuchConsent("no consent text is called so")
    file = resources.files(__package__).joinpath("consents", f"{version}.json")
    if not file.is_file():
        raise NoSuchConsent("there never was such a consent text")
    kept = json.loads(file.read_text(encoding="utf-8"))
    return Consent(version=version, words=kept[language.value])
