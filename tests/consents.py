"""Keep the consent text that is now in the catalogues: ``python -m tests.consents``."""

import json
from pathlib import Path

from app.web import writing
from app.web.writing import consent

FOLDER = Path(writing.__file__).with_name("consents")


def kept(version: str) -> Path:
    """Return the file that keeps a version of the text."""
    return FOLDER / f"{version}.json"


def keep(version: str) -> Path:
    """Write down the text that is now in the catalogues."""
    path = kept(version)
    text = json.dumps(consent.texts_now(), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(f"{text}\n", encoding="utf-8")
    return path


if __name__ == "__main__":
    keep(consent.version_now())
