"""The intake address: it takes letters with any extension, ``NAME+ANY@HOST``."""

from dataclasses import dataclass
from typing import Final, Self

_POSTMASTER: Final = "postmaster"


@dataclass(frozen=True, slots=True)
class IntakeAddress:
    """The address that opinions are sent to."""

    name: str
    host: str

    @classmethod
    def of(cls, address: str) -> Self:
        """Return the intake address that the settings name."""
        name, _, host = address.rpartition("@")
        return cls(name.casefold(), _folded_host(host))

    def extension(self, address: str) -> str | None:
        """Return what ``address`` has after the ``+``, empty if nothing.

        None: it is not ours. Capitals and quotes make no difference.
        """
        local, at, host = address.rpartition("@")
        if not at or _folded_host(host) != self.host:
            return None
        local = _unquoted(local).casefold()
        if local == self.name:
            return ""
        if local.startswith(f"{self.name}+"):
            return local[len(self.name) + 1 :]
        return None

    def takes(self, address: str) -> bool:
        """Return whether a letter to ``address`` is for us."""
        return self.extension(address) is not None

    def is_postmaster(self, address: str) -> bool:
        """Return whether ``address`` is our host's postmaster (RFC 5321, 4.5.1)."""
        local, at, host = address.rpartition("@")
        if not at:
            local, host = host, self.host
        ours = _folded_host(host) == self.host
        return ours and _unquoted(local).casefold() == _POSTMASTER

    def has_no(self, address: str) -> bool:
        """Return whether ``address`` is of our host, and nobody's there."""
        ours = _folded_host(address.rpartition("@")[2]) == self.host
        return ours and not self.takes(address) and not self.is_postmaster(address)


def _unquoted(local: str) -> str:
    """Return a local part without the quotes it may stand in (RFC 5321, 4.1.2)."""
    if len(local) > 1 and local[0] == local[-1] == '"':
        return local[1:-1].replace("\\", "")
    return local


def _folded_host(host: str) -> str:
    """Return ``host`` as it is compared: an international one in its ASCII form."""
    host = host.casefold().rstrip(".")
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
