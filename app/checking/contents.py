"""Contents: what a letter holds, wherever in it, as it is searched by expectations."""

from typing import Final

from app.checking.points import packed
from app.mail.letter import Letter
from app.mail.parts.charset import decode
from app.mail.parts.files import is_letter
from app.mail.parts.html import Budget, html_to_text

_BUDGET: Final = (200_000, 5_000_000)


class Contents:
    """All that a letter says and all files in it, white space left out of account."""

    def __init__(self, letter: Letter) -> None:
        """Gather it."""
        self.letter = letter
        inner = letter.attached_letters
        self.texts = packed("\n".join([letter.text, *(one.text for one in inner)]))
        self.files = [*letter.attachments]
        for one in inner:
            self.files += one.attachments

    def say(self, text: str) -> bool:
        """Return whether the letter, or one attached to it, says ``text``."""
        return packed(text) in self.texts

    def hold(self, text: str) -> bool:
        """Return whether a text is said, or is a file, or within a letter as a file."""
        wanted = packed(text)
        return wanted in self.texts or any(
            wanted == said
            or (is_letter(file.media_type, file.file_name) and wanted in said)
            for file in self.files
            for said in [packed(decode(file.content).text)]
        )

    def hold_file(self, content: bytes) -> bool:
        """Return whether a file has this content, or the letter says it as text."""
        if any(content.strip() == file.content.strip() for file in self.files):
            return True
        said = decode(content).text
        return "".join(said.split()).isprintable() and self.say(said)


def text_of_html(html: str) -> str:
    """Return what HTML says, read as in a letter."""
    tags, characters = _BUDGET
    return html_to_text(html, budget=Budget(tags, characters))
