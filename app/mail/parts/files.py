"""The files that come with a letter, and what they are called."""

from dataclasses import dataclass, field
from typing import Final

from app.mail.parts.parameters import safe_file_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A file that came with a letter; an attached letter is one too."""

    file_name: str
    media_type: str
    content: bytes = field(repr=False)


def file_part(media_type: str, name: str, content: bytes) -> Part:
    """Return a part as a file; one without a name gets one, a letter its ending."""
    ending = _ENDINGS.get(media_type, ".bin")
    if media_type == "message/rfc822" and not name.casefold().endswith(ending):
        name = safe_file_name(f"{name or 'letter'}{ending}")
    return Part(
        file_name=name or f"attachment{ending}", media_type=media_type, content=content
    )


def is_letter(media_type: str, name: str) -> bool:
    """Return whether a file is a letter: forwarded as such, or dragged into one."""
    if media_type in _LETTERS:
        return True
    return name.casefold().endswith(".eml") and not media_type.startswith("image/")


_LETTERS: Final = frozenset({"message/rfc822", "message/global", "message/news"})
_ENDINGS: Final = {
    "application/msword": ".doc",
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "application/pgp-signature": ".asc",
    "application/pkcs7-mime": ".p7m",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-mime": ".p7m",
    "application/x-pkcs7-signature": ".p7s",
    "application/zip": ".zip",
    "image/bmp": ".bmp",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "message/delivery-status": ".txt",
    "message/external-body": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/csv": ".csv",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
}
