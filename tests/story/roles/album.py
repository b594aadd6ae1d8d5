"""The pictures of a story, in a folder of the role's, by the names the guides give."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

DESKTOP: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}


@dataclass(frozen=True, slots=True)
class Album:
    """Where the pictures of one role go."""

    folder: Path

    def take(self, page: Page, name: str) -> None:
        """Take the page as it is on a desktop."""
        self.folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    def take_both(self, page: Page, name: str) -> None:
        """Take a page that matters on a phone, too, where nothing may stick out."""
        self.take(page, name)
        page.set_viewport_size(PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.screenshot(path=self.folder / f"{name}-phone.png", full_page=True)
        page.set_viewport_size(DESKTOP)
        assert wide <= PHONE["width"], f"{name} is wider than a phone"
