"""What the services of one process share: settings, seal, shelf, words, clocks."""

from dataclasses import dataclass, field

from app.domain.intake_address import IntakeAddress
from app.sealing import Seal
from app.services.clocks.at_hand import Clocks
from app.services.features import Features
from app.services.shelf import Shelf
from app.services.wordings import Wordings
from app.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Handed to a service that needs more than its session; made once, at the edge."""

    settings: Settings
    seal: Seal
    shelf: Shelf
    wordings: Wordings = field(default_factory=Wordings)
    clocks: Clocks = field(default_factory=Clocks)
    features: Features = field(default_factory=Features)

    def is_ours(self, address: str) -> bool:
        """Whether a letter to ``address`` would come back to us."""
        ours = (self.settings.intake_address, self.sender_address)
        return any(IntakeAddress.of(each).takes(address) for each in ours)

    @property
    def sender_address(self) -> str:
        """The address that letters to citizens come from."""
        return self.settings.sender_address or self.settings.intake_address
