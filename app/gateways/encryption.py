"""Encryption: the certificate that the mail intake shows to those who ask for TLS."""

import logging
import ssl
from pathlib import Path

from app.settings import Settings, SettingsError

_log = logging.getLogger(__name__)


class Certificate:
    """A certificate with its key; a renewed one counts from the next conversation on.

    Whatever renews it need not tell us: before each conversation the files' times are
    looked at. One that cannot be used is logged, and the one before it goes on.
    """

    def __init__(self, certificate: Path, key: Path | None) -> None:
        """Read the certificate.

        Raises:
            SettingsError: It or its key is of no use, or missing.
        """
        self._paths = certificate, key
        self._changed_at = self._times()
        self._context = _loaded(certificate, key)

    @classmethod
    def of(cls, settings: Settings) -> "Certificate | None":
        """Return the one that is set; None: the mail intake speaks in the clear.

        Raises:
            SettingsError: It is of no use, or missing although it is needed.
        """
        certificate, key = settings.mail_tls_certificate, settings.mail_tls_key
        if certificate is not None:
            return cls(certificate, key)
        if key is not None or settings.mail_tls_required:
            raise SettingsError(
                "HUIYIN_MAIL_TLS_CERTIFICATE: needed for TLS on the mail intake"
            )
        return None

    def context(self) -> ssl.SSLContext:
        """Return what TLS is spoken with from now on."""
        changed_at = self._times()
        if changed_at != self._changed_at:
            self._changed_at = changed_at
            try:
                self._context = _loaded(*self._paths)
            except SettingsError as error:
                _log.warning(
                    "a renewed certificate is of no use", extra={"cause": str(error)}
                )
        return self._context

    def _times(self) -> tuple[int | None, ...]:
        return tuple(_changed_at(path) for path in self._paths if path is not None)


def _changed_at(path: Path) -> int | None:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return None


def _loaded(certificate: Path, key: Path | None) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    for name, path in (("CERTIFICATE", certificate), ("KEY", key)):
        if path is not None and not path.is_file():
            raise SettingsError(f"HUIYIN_MAIL_TLS_{name}: there is no file {path}")
    try:
        # Without a password given, OpenSSL would ask the terminal for one, and wait.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        reason = (error.reason or "not a PEM file, or locked").replace("_", " ").lower()
        raise SettingsError(
            f"HUIYIN_MAIL_TLS_CERTIFICATE: {certificate} and its key cannot be used:"
            f" {reason}"
        ) from None
    except OSError as error:
        raise SettingsError(
            f"HUIYIN_MAIL_TLS_CERTIFICATE: cannot be read: {error.strerror}"
        ) from None
    return context
