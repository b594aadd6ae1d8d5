"""What can be in the way of a mailbox, and how long we wait until something is."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from app.domain.correspondence import MailboxTrouble
from app.errors import AppError
from app.gateways.imap_grammar import OddAnswer


class MailboxFault(AppError):
    """A mailbox cannot be read; ``trouble`` says why, in a word of ours."""

    code = "mailbox_fault"

    def __init__(self, trouble: MailboxTrouble, said: str = "") -> None:
        """Say what is in the way; ``said`` is what the other side has to say to it."""
        said = " ".join(said.split())[:200]
        super().__init__(f"{trouble}: {said}" if said else trouble.value)
        self.trouble = trouble
        self.said = said


class CommandRefused(MailboxFault):
    """The server answered NO or BAD; the wire itself is sound."""

    code = "command_refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long we wait for a server, in seconds."""

    connect: float = 20.0
    """For a connection with TLS and greeting."""

    answer: float = 60.0
    """For the whole answer to a command."""

    farewell: float = 1.0
    """For the answer to a farewell."""


@asynccontextmanager
async def deadline(seconds: float) -> AsyncIterator[None]:
    """Turn what goes wrong on the way into the fault that it is.

    Raises:
        MailboxFault: It took longer than ``seconds``, or the connection broke off.
    """
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise MailboxFault(MailboxTrouble.SILENT) from None
    except (EOFError, OSError) as error:
        raise MailboxFault(MailboxTrouble.CUT, reason(error)) from None
    except (OddAnswer, ValueError, asyncio.LimitOverrunError) as error:
        raise MailboxFault(MailboxTrouble.ODD, str(error)) from None


def reason(error: Exception) -> str:
    """Return what an error says, without the addresses that the system puts in."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return error.verify_message
    if isinstance(error, ssl.SSLError):
        return error.reason or ""
    return (error.strerror or "") if isinstance(error, OSError) else ""
