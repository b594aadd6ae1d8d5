"""What a test needs from the machine; on CI a lack is a failure, not a skip."""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

SHARED = Path(__file__).resolve().parents[1].parent / "shared"


def lacking(what: str) -> NoReturn:
    """Skip the test because ``what`` is not installed; fail it on CI."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is missing, and CI has to have it")
    pytest.skip(f"{what} is not installed here")


def shared(name: str) -> Path:
    """Return the folder ``name`` of the test material beside the project."""
    folder = SHARED / name
    if not folder.exists():
        pytest.skip(f"the test material ../shared/{name} is not here")
    return folder


def chromium() -> str:
    """Return the path of a Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    return lacking("Chromium")
