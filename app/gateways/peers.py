"""Peers: the mail systems that connect, how many times at once and how often each.

They are known in memory only, while they talk and until the minute is over.
"""

import ipaddress
from collections import Counter
from datetime import datetime
from typing import Final

from app.settings import Settings

_SUBSCRIBER: Final = 64
"""Bits of an IPv6 address that tell subscribers apart: the rest is all one's own."""


class Peers:
    """Counts what each peer does; those who are trusted may do anything."""

    def __init__(self, settings: Settings) -> None:
        """Start with nobody known."""
        self._trusted = settings.trusted_networks
        self._most_at_once = settings.mail_connections_per_peer
        self._most_letters = settings.mail_letters_per_minute
        self._talking: Counter[str] = Counter()
        self._letters: Counter[str] = Counter()
        self._minute = 0

    def trusts(self, host: str) -> bool:
        """Return whether no limit counts for ``host``."""
        address = _address(host)
        return address is not None and any(address in one for one in self._trusted)

    def may_talk(self, host: str) -> bool:
        """Return whether ``host`` may have one connection more."""
        if not self._most_at_once or self.trusts(host):
            return True
        return self._talking[_subscriber(host)] < self._most_at_once

    def begin(self, host: str) -> None:
        """Note that a conversation with ``host`` has begun."""
        self._talking[_subscriber(host)] += 1

    def end(self, host: str) -> None:
        """Note that one has ended."""
        peer = _subscriber(host)
        self._talking[peer] -= 1
        if self._talking[peer] < 1:
            del self._talking[peer]

    def may_send(self, host: str, now: datetime) -> bool:
        """Count a letter of ``host``; return whether it may come."""
        if not self._most_letters or self.trusts(host):
            return True
        minute = int(now.timestamp()) // 60
        if minute != self._minute:
            self._minute = minute
            self._letters.clear()
        peer = _subscriber(host)
        self._letters[peer] += 1
        return self._letters[peer] <= self._most_letters


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return ``host`` as an address; of IPv4 within IPv6, the one that is meant."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        return address.ipv4_mapped
    return address


def _subscriber(host: str) -> str:
    address = _address(host)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, _SUBSCRIBER), strict=False))
    return str(address or host)
