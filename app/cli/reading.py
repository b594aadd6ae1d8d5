"""Reading a file whole, but not more of it than could be of use."""

from typing import BinaryIO

from app.errors import InvalidInput


def read_whole(file: BinaryIO, *, most: int) -> bytes:
    """Return what ``file`` holds.

    Raises:
        InvalidInput: It holds more than ``most`` bytes, or cannot be read.
    """
    try:
        content = file.read(most + 1)
    except OSError as error:
        raise InvalidInput(f"cannot be read: {error.strerror}") from None
    if len(content) > most:
        raise InvalidInput(f"is larger than {most // 2**20} MiB")
    return content
