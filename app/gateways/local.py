"""Local conversations: letters from the mail server beside us, in LMTP (RFC 2033)."""

from aiosmtpd.smtp import Envelope

from app.gateways.conversation import Conversation


class LocalConversation(Conversation):
    """One connection, in LMTP: a reply for each recipient after DATA."""

    greeting_command = "LHLO"

    async def smtp_LHLO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Greet, and tell what this side can do."""
        await self.greet(hostname, extended=True)

    async def smtp_HELO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Refuse: this is another protocol (section 4.1)."""
        del hostname
        await self.push("500 5.5.1 this is LMTP: say LHLO")

    async def smtp_EHLO(self, hostname: str | None) -> None:  # noqa: N802 - aiosmtpd asks for this name
        """Refuse, likewise."""
        await self.smtp_HELO(hostname)

    async def answer(self, reply: str, envelope: Envelope) -> None:
        """Answer for each recipient, though they share one arrival (section 4.2)."""
        first, *others = envelope.rcpt_tos
        del first
        await self.push(reply)
        for _ in others:
            await self.say(reply)
