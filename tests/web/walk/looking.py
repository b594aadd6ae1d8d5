"""One look at one page: everything that it must show, at once."""

from typing import Any, Final

from playwright.async_api import Page, Response

from tests.web.accessibility import (
    COLOURS,
    MOST_BYTES,
    WIDTHS,
    Traffic,
    axe_faults,
    contrast_faults,
    html_faults,
    sideways,
)
from tests.web.walk.conftest import Walk
from tests.web.walk.keyboard import keyboard_faults
from tests.web.walk.pages import Sent, Stop

_HEIGHT: Final = 800

_SEND: Final = """([to, fields]) => {
    const form = [...document.forms].find(one =>
        one.getAttribute("action").endsWith(to)) || null;
    if (!form) throw new Error("no form goes to " + to);
    for (const [name, value] of Object.entries(fields)) {
        let one = form.elements[name];
        if (!one || one.tagName === "BUTTON" || one instanceof RadioNodeList) {
            one = document.createElement("input");
            one.type = "hidden";
            one.name = name;
            form.append(one);
        }
        if (one.type === "checkbox") one.checked = true;
        one.value = value;
    }
    HTMLFormElement.prototype.submit.call(form);
}"""

_SUBSTANCE: Final = """() => {
    const main = document.querySelector("main");
    const shown = selector => [...main.querySelectorAll(selector)]
        .filter(one => one.checkVisibility({visibilityProperty: true}));
    return [
        ...shown("h1, h2, h3").map(one => "heading " + one.innerText.trim()),
        ...shown("a[href]").map(one => "link " + one.getAttribute("href")),
        ...shown("input, select, textarea").map(one => "field " + one.name),
        ...shown("form").map(one => "form to " + one.getAttribute("action")),
    ];
}"""


async def open_stop(walk: Walk, page: Page, stop: Stop, prefix: str) -> Response:
    """Go to the page, by its form if it is what answers one."""
    address = f"{prefix}{stop.address.format_map(walk.house.facts)}"
    response = await page.goto(walk.site + address)
    if stop.sends is not None:
        response = await _send(walk, page, stop.sends)
    assert response is not None, stop
    return response


async def faults_of(walk: Walk, stop: Stop) -> list[str]:
    """Return all that is wrong with a page in Chinese, in any window and colour."""
    context = await walk.context(stop.who)
    page = await context.new_page()
    page.set_default_timeout(20_000)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(f"script: {error}"))
    traffic = Traffic(page)
    response = await open_stop(walk, page, stop, "")
    await page.wait_for_load_state("networkidle")
    faults += await _sent_faults(walk, stop, response, traffic)
    for width in WIDTHS:
        await page.set_viewport_size({"width": width, "height": _HEIGHT})
        faults += [f"at {width}: {fault}" for fault in await axe_faults(page)]
        faults += [f"at {width}: {fault}" for fault in await sideways(page)]
    faults += await keyboard_faults(page)
    for scheme, forced in COLOURS:
        await page.emulate_media(color_scheme=scheme, forced_colors=forced)
        found = await contrast_faults(page)
        faults += [f"{scheme}, forced {forced}: {fault}" for fault in found]
    await context.close()
    return list(dict.fromkeys(faults))


async def english_faults(walk: Walk, stop: Stop) -> list[str]:
    """Return what is wrong with its English twin, in the smallest window."""
    context = await walk.context(stop.who)
    page = await context.new_page()
    page.set_default_timeout(20_000)
    traffic = Traffic(page)
    await page.set_viewport_size({"width": WIDTHS[0], "height": _HEIGHT})
    response = await open_stop(walk, page, stop, "/en")
    faults = await _sent_faults(walk, stop, response, traffic)
    faults += await axe_faults(page)
    faults += await sideways(page)
    await context.close()
    return faults


async def scriptless_faults(walk: Walk, stop: Stop) -> list[str]:
    """Return what a reader without JavaScript does not get of a page."""
    found: list[list[str]] = []
    for script in (True, False):
        context = await walk.context(stop.who, script=script)
        page = await context.new_page()
        await open_stop(walk, page, stop, "")
        # Whoever has no JavaScript opens and closes these, too.
        await page.evaluate(
            "document.querySelectorAll('details').forEach(one => { one.open = true })"
        )
        found.append(await page.evaluate(_SUBSTANCE))
        buttons: int = await page.evaluate(
            """() => [...document.forms].filter(form => ![...form.elements].some(
                one => one.type === "submit" && !one.disabled
                    && one.checkVisibility({visibilityProperty: true}))).length"""
        )
        await context.close()
    # A field without a name is the script's own: nothing of it is sent.
    missing = [one for one in found[0] if one not in {*found[1], "field "}]
    faults = [f"without JavaScript there is no {one}" for one in missing]
    return faults + ["a form cannot be sent without JavaScript"] * bool(buttons)


async def _send(walk: Walk, page: Page, sent: Sent) -> Response:
    facts = walk.house.facts
    fields = {name: text.format_map(facts) for name, text in sent.fields.items()}
    async with page.expect_navigation() as going:
        await page.evaluate(_SEND, [sent.to, fields])
    response: Any = await going.value
    assert isinstance(response, Response)
    return response


async def _sent_faults(
    walk: Walk, stop: Stop, response: Response, traffic: Traffic
) -> list[str]:
    """Return what is wrong with what went over the line."""
    faults = html_faults(await response.text())
    if response.status != stop.status:
        faults.append(f"answers {response.status} in place of {stop.status}")
    faults += traffic.foreign(walk.site)
    policy = (await response.all_headers()).get("content-security-policy", "")
    if "unsafe-inline" in policy or "default-src 'none'" not in policy:
        faults.append(f"its policy is too wide: {policy}")
    weight = 0 if stop.sends else await traffic.weight()
    if weight > MOST_BYTES:
        faults.append(f"weighs {weight} bytes")
    return faults
