"""The installation's secret: made once, whole or not at all, and never empty."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.premises import secret_of
from app.settings import Settings, SettingsError

FULL_DISK = """
import resource, sys
from pydantic import SecretStr
from app.premises import secret_of
from app.settings import Settings
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
secret_of(Settings(database_url=SecretStr(sys.argv[1])))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that name no secret."""
    return Settings(database_url=SecretStr(f"sqlite:///{tmp_path}/huiyin.db"))


def test_it_is_made_at_the_first_start_and_kept_for_its_owner_alone(
    settings: Settings, tmp_path: Path
) -> None:
    made = secret_of(settings)

    (kept,) = tmp_path.iterdir()
    assert (kept.name, kept.stat().st_mode & 0o777) == ("huiyin.key", 0o600)
    assert len(made) >= 32
    assert secret_of(settings) == made


def test_all_that_start_at_once_have_the_same(settings: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(secret_of, [settings] * 64))

    assert len(made) == 1
    assert "" not in made


def test_a_first_start_that_is_broken_off_leaves_no_half_of_it(
    settings: Settings, tmp_path: Path
) -> None:
    url = settings.database_url.get_secret_value()
    broken = subprocess.run(
        [sys.executable, "-c", FULL_DISK, url], capture_output=True, check=False
    )

    assert broken.returncode != 0
    assert list(tmp_path.iterdir()) == []
    assert len(secret_of(settings)) >= 32


def test_an_empty_one_is_refused_and_not_written_over(
    settings: Settings, tmp_path: Path
) -> None:
    empty = tmp_path / "huiyin.key"
    empty.touch()

    with pytest.raises(SettingsError, match="is empty"):
        secret_of(settings)

    assert empty.read_bytes() == b""
