"""Files of earlier opinions lie open only while somebody reads them."""

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from app.scratch import scratch, sweep

READER = """
import time
from app.scratch import scratch
with scratch() as folder:
    (folder / "file").write_text("names")
    print(folder, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place for temporary files that nobody else uses."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_what_a_killed_reader_left_is_swept_away_and_what_is_read_stays(
    temporary: Path,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", READER], stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout
        left = Path(reader.stdout.readline().strip())
        sweep()
        while_read = left.exists()
        reader.kill()

    with scratch() as mine:
        after_the_kill = left.exists()
        sweep()

        assert while_read
        assert after_the_kill
        assert list(temporary.iterdir()) == [mine]
    assert not list(temporary.iterdir())
