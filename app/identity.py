"""Identity: the office's own sign-in service, where there is one (OpenID Connect).

These settings are a part of `Settings` with a page of their own.
"""

from pydantic import BaseModel, ConfigDict, SecretStr


class Identity(BaseModel):
    """The part of the settings that is about who the staff are elsewhere."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    oidc_issuer: str | None = None
    """The office's own sign-in service (OpenID Connect): its address, as it calls
    itself, such as `https://id.example.org`. Unset: people sign in here alone. Needs
    the extra `oidc`. The service has to send people back to
    `BASE_URL/desk/sign-in/provider/back`, in English `BASE_URL/en/desk/…`."""

    oidc_client_id: str | None = None
    """What that service calls us."""

    oidc_client_secret: SecretStr | None = None
    """The secret between that service and us."""

    oidc_name: str = "统一身份认证 SSO"
    """What the button on the sign-in page calls that service."""

    oidc_user_name_claim: str | None = None
    """The claim in which that service says our user name, such as
    `preferred_username`: whoever comes for the first time is led to the account of
    that name. Only where nobody can choose it there. Unset: people link their
    account themselves."""
