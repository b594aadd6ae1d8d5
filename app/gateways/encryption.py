"""Encryption: the certificate that the mail intake shows to those who ask for TLS."""

import ssl

from app.settings import Settings, SettingsError


def server_context(settings: Settings) -> ssl.SSLContext | None:
    """Return what TLS is spoken with; None: no certificate is set.

    Raises:
        SettingsError: The certificate or its key is of no use, or missing.
    """
    certificate, key = settings.mail_tls_certificate, settings.mail_tls_key
    if certificate is None:
        if key is not None or settings.mail_tls_required:
            raise SettingsError(
                "HUIYIN_MAIL_TLS_CERTIFICATE: needed for TLS on the mail intake"
            )
        return None
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
