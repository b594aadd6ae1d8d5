"""What is odd about a notice is said in both languages."""

import pytest

from app.domain.outline import faults
from app.domain.vocabulary import Language
from app.web.administration.reading import warning_in_words
from app.web.wording import catalogue

WARNINGS = [
    faults.JOINED_PAGE_TURN, faults.MASKED_EMAIL, faults.FLATTENED_TABLE,
    faults.PERIOD_DOES_NOT_MATCH, faults.DAMAGED_DATE,
    faults.repeated_number("(三)"), faults.missing_number("(三)"),
    faults.repeated_measure("三是"), faults.missing_measure("三是"),
]  # fmt: skip


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("warning", WARNINGS)
def test_every_warning_has_words_of_its_own(language: Language, warning: str) -> None:
    words = catalogue(language)
    mark = warning.rsplit(maxsplit=1)[-1]

    said = warning_in_words(words, warning)

    known = [key for key in words.keys() if key.startswith("outline_fault.")]  # noqa: SIM118 - a catalogue is no mapping
    assert said in {words.text(key, mark=mark) for key in known}
