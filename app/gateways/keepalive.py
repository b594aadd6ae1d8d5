"""Keepalive: a connection on which nobody speaks is noticed when it is dead."""

import socket
from typing import Any, Final

_IDLE: Final = 60
_EVERY: Final = 20
_PROBES: Final = 3
"""After a minute of silence the system asks, and gives up a minute later."""


def keep_alive(connection: Any) -> None:
    """Let the system ask now and then whether the other end is still there.

    ``connection`` is a socket, or what an event loop shows of one.
    """
    options = {
        "TCP_KEEPIDLE": _IDLE,
        "TCP_KEEPINTVL": _EVERY,
        "TCP_KEEPCNT": _PROBES,
    }
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in options.items():
        # Each system knows some of them, and none is needed to be right.
        if hasattr(socket, name):
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
