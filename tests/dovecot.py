"""A dovecot of the tests' own: made in a folder, on loopback only, removed."""

import grp
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from imaplib import IMAP4
from pathlib import Path
from typing import Final

from tests.needs import lacking
from tests.ports import free_port

PASSWORD: Final = 'opens "the" box\\ 开门'
READY_WITHIN: Final = 15.0

_SETTINGS: Final = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
listen = 127.0.0.1
protocols = imap
ssl = yes
ssl_cert = <{folder}/cert.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
auth_mechanisms = {mechanisms}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
mail_max_userip_connections = 50
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=anybody {folder}/users
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
{users}
"""

_FORGOTTEN: Final = ("dovecot-uidlist", "dovecot-uidvalidity*", "dovecot.index*")


@dataclass(frozen=True, slots=True)
class Dovecot:
    """A running server, which knows every user by the same password."""

    folder: Path
    port: int
    tls_port: int

    @property
    def certificate(self) -> Path:
        """What has to be trusted for TLS with it."""
        return self.folder / "cert.pem"

    def signed_in(self, user: str) -> IMAP4:
        """Return a client of the kind that everybody has."""
        client = IMAP4("127.0.0.1", self.port)
        client.authenticate("PLAIN", lambda _: f"\0{user}\0{PASSWORD}".encode())
        return client


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody's mailbox on a server."""

    server: Dovecot
    user: str

    def drop(self, *letters: bytes, folder: str = "INBOX") -> None:
        """Put letters into a folder, as a delivery does."""
        client = self.server.signed_in(self.user)
        for letter in letters:
            client.append(folder, "", "", letter)
        client.logout()

    def flags(self, folder: str = "INBOX") -> list[str]:
        """Return the flags of each letter in a folder."""
        client = self.server.signed_in(self.user)
        client.select(folder, readonly=True)
        _, found = client.uid("FETCH", "1:*", "(FLAGS)")
        client.logout()
        # By number: what others change meanwhile is told once more (RFC 3501, 7.4.2).
        lines = {line.split()[0]: line for line in found if isinstance(line, bytes)}
        return [
            line.decode()
            .partition("FLAGS (")[2]
            .partition(")")[0]
            .replace("\\Recent", "")
            for line in lines.values()
        ]

    def seen(self) -> int:
        """Return how many letters are marked as seen."""
        return sum("\\Seen" in flags for flags in self.flags())

    def renumber(self) -> None:
        """Make the server forget the UIDs that it gave out."""
        # It takes the second in which it begins anew for the new UIDVALIDITY.
        time.sleep(1.1)
        for pattern in _FORGOTTEN:
            for path in (self.server.folder / "mail" / self.user).glob(pattern):
                path.unlink()


@contextmanager
def dovecot(*, mechanisms: str = "plain login") -> Iterator[Dovecot]:
    """Run a server; yield where it is."""
    program = _program("dovecot")
    if not Path("/usr/lib/dovecot/imap").exists():
        lacking("dovecot with IMAP")
    folder = Path(tempfile.mkdtemp(prefix="huiyin-imap-"))
    server = Dovecot(folder, free_port(), free_port())
    try:
        _write(server, mechanisms)
        with subprocess.Popen(
            [program, "-F", "-c", folder / "dovecot.conf"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as running:
            try:
                _wait_for(server, running)
                yield server
            finally:
                running.terminate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program(name: str) -> str:
    path = f"{os.environ['PATH']}:/usr/sbin"
    return shutil.which(name, path=path) or lacking(name)


def _write(server: Dovecot, mechanisms: str) -> None:
    folder = server.folder
    root = os.geteuid() == 0
    owner = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    users = "" if root else (
        f"default_internal_user = {owner.pw_name}\n"
        f"default_login_user = {owner.pw_name}\n"
        f"default_internal_group = {grp.getgrgid(owner.pw_gid).gr_name}\n"
    )  # fmt: skip
    folder.chmod(0o755)
    (folder / "mail").mkdir()
    os.chown(folder / "mail", owner.pw_uid, owner.pw_gid)
    (folder / "users").write_text(f"anybody:{PASSWORD}\n", encoding="utf-8")
    subprocess.run(
        [_program("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    written = _SETTINGS.format(
        folder=folder,
        port=server.port,
        tls_port=server.tls_port,
        uid=owner.pw_uid,
        gid=owner.pw_gid,
        mechanisms=mechanisms,
        users=users,
    )
    (folder / "dovecot.conf").write_text(written, encoding="utf-8")


def _wait_for(server: Dovecot, running: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and running.poll() is None:
        try:
            server.signed_in("nobody").logout()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log = server.folder / "log"
    raise RuntimeError(log.read_text() if log.exists() else "dovecot did not start")
