"""Browsers: what one is called, by what it says of itself."""

from typing import Final

_MOST: Final = 500
_PRODUCTS: Final = (
    ("MicroMessenger", "WeChat"), ("DingTalk", "DingTalk"), ("QQBrowser", "QQ Browser"),
    ("Edg", "Edge"), ("OPR", "Opera"), ("360SE", "360"), ("UCBrowser", "UC Browser"),
    ("HuaweiBrowser", "Huawei Browser"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("Chrom", "Chrome"),
    ("CriOS", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
"""What stands in the header, and the name that people know; many claim to be those
that come later."""

_SYSTEMS: Final = (
    ("HarmonyOS", "HarmonyOS"), ("OpenHarmony", "HarmonyOS"), ("Android", "Android"),
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def named(user_agent: str) -> str | None:
    """Return such as "Firefox, Windows"; None: it says nothing that we know.

    The names alone are kept: enough for the owner to know it again, and no more.
    """
    said = user_agent[:_MOST]
    found = [
        next((name for sign, name in known if sign in said), None)
        for known in (_PRODUCTS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name) or None
