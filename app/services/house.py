"""What the services of one process share: settings, seal and shelf."""

from dataclasses import dataclass

from app.sealing import Seal
from app.services.shelf import Shelf
from app.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Handed to a service that needs more than its session; made once, at the edge."""

    settings: Settings
    seal: Seal
    shelf: Shelf

    @property
    def sender_address(self) -> str:
        """The address that letters to citizens come from."""
        return self.settings.sender_address or self.settings.intake_address
