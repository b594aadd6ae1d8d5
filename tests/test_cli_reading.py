import os
import threading
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import huiyin, reading

NOTICE = resources.files("app").joinpath("sample", "notice.txt").read_bytes()


def outline(path: object) -> Result:
    return CliRunner().invoke(huiyin, ["notice", "outline", str(path)])


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    return path


def test_a_pipe_to_which_nobody_writes_is_not_waited_for(
    pipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WRITER_WITHIN", 0.1)
    result = outline(pipe)

    assert result.exit_code == 2
    assert "nobody writes to it" in result.stderr


@pytest.mark.parametrize("pause", [0.0, 0.3])
def test_a_pipe_is_read_to_its_end(pipe: Path, pause: float) -> None:
    writer = threading.Timer(pause, pipe.write_bytes, [NOTICE])
    writer.start()
    result = outline(pipe)
    writer.join()

    assert result.exit_code == 0, result.stderr


def test_a_writer_who_thinks_is_waited_for(
    pipe: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "WRITER_WITHIN", 0.1)
    read = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write = os.open(pipe, os.O_WRONLY)
    os.close(read)

    def writing() -> None:
        os.write(write, NOTICE)
        os.close(write)

    thinking = threading.Timer(0.5, writing)
    thinking.start()
    result = outline(pipe)
    thinking.join()

    assert result.exit_code == 0, result.stderr


def test_a_pipe_that_another_command_opened_is_read() -> None:
    read, write = os.pipe()
    os.write(write, NOTICE)
    os.close(write)
    result = outline(f"/dev/fd/{read}")
    os.close(read)

    assert result.exit_code == 0, result.stderr
