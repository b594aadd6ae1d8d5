"""A town for the stories: a running service, its offices and whoever works there."""

import contextlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import httpx
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, StorageState, expect

from app.cli import huiyin
from tests.story.roles.album import DESKTOP
from tests.story.running import MailServer, Service

SCHOOLS = "县教育局"
MARKETS = "县市场监督管理局"
LEAD = "督查室"
NOTICE = "/notices/sample"
PASSWORD = "slow ferry past nine willows"
PATIENCE = 20_000
"""Milliseconds for each step: the machine may have others to serve."""
TRIES = 5

STAFF = (
    ("lin", "林晓", "clerk", LEAD),
    ("he", "何平", "clerk", LEAD),
    ("zhao", "赵敏", "supervisor", LEAD),
    ("sun", "孙倩", "auditor", LEAD),
    ("chen", "陈老师", "officer", SCHOOLS),
    ("gao", "高工", "officer", MARKETS),
)


@dataclass
class Town:
    """What every story begins with."""

    folder: Path
    service: Service
    mail: MailServer
    passwords: dict[str, str] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    sessions: dict[str, StorageState] = field(default_factory=dict)
    keys: Iterator[int] = field(default_factory=count)

    def settle(self) -> None:
        """Set up the staff, as an administrator does on the server.

        The offices came with the sample notice.
        """
        for name, shown, role, office in STAFF:
            said = self._command(
                "staff", "add", name, "--role", role,
                "--office", office, "--display-name", shown,
            )  # fmt: skip
            self.passwords[name] = said.split()[-1]
            self.new.add(name)
        self.passwords["admin"] = self.service.password
        self.new.add("admin")

    def opinion(self, text: str, **more: object) -> str:
        """Send an opinion in by the API; return its receipt number."""
        response = httpx.post(
            f"{self.service.url}/api/v1/opinions",
            json={"notice": "sample", "text": text, "consent": True} | more,
            headers={"Idempotency-Key": f"story-opinion-{next(self.keys):08}"},
        )
        assert response.status_code == 201, response.text
        return str(response.json()["receipt_number"])

    def open(self, browser: Browser, name: str) -> Page:
        """Open a window at the site: of ``name`` at the desk, or of a citizen (``""``).

        Whoever has signed in once goes on with that, as at an office's computer.
        """
        context = browser.new_context(
            base_url=self.service.url,
            locale="zh-CN",
            viewport=DESKTOP,
            storage_state=self.sessions.get(name),
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        if name and name not in self.sessions:
            self.sign_in(page, name)
            self.sessions[name] = context.storage_state()
        return page

    def sign_in(self, page: Page, name: str) -> None:
        """Sign ``name`` in; the first time, the one-time password is replaced."""
        page.goto("/desk")
        page.locator("#user_name").fill(name)
        page.locator("#password").fill(self.passwords[name])
        page.keyboard.press("Enter")
        if name in self.new:
            expect(page.locator("#new_password")).to_be_visible()
            page.locator("#password").fill(self.passwords[name])
            page.locator("#new_password").fill(PASSWORD)
            page.locator("#again").fill(PASSWORD)
            page.keyboard.press("Enter")
            expect(page.locator("#new_password")).to_have_count(0)
            self.new.remove(name)
            self.passwords[name] = PASSWORD
        expect(page.locator(".who")).to_be_visible()

    def _command(self, *words: str) -> str:
        """Give a command in the service's folder, without a process of its own.

        On a machine that is busy with much else the service may hold its database for
        longer than a command waits: then it is given again, as a person would.
        """
        for _ in range(TRIES):
            with contextlib.chdir(self.folder):
                done = CliRunner().invoke(huiyin, words)
            if "database is locked" not in done.output:
                break
        assert done.exit_code == 0, done.output
        return str(done.output)


At = Callable[[str], Page]


def link_in(text: str, path: str) -> str:
    """Return the address in a letter whose path begins with ``path``."""
    found = re.search(rf"https?://\S+?({re.escape(path)}\S*)", text)
    assert found, text
    return found[1]
