"""Whether a page can be used by keyboard alone: found out by pressing Tab."""

from typing import Final

from playwright.async_api import Page

MOST: Final = 120
"""How many stops of a page are tried; there may be hundreds in a list."""

_BEGIN: Final = """() => {
    const named = one => one.tagName.toLowerCase()
        + (one.id ? "#" + one.id : "")
        + (one.name ? `[name=${one.name}]` : "")
        + " " + (one.innerText || one.value || "").trim().slice(0, 20);
    const wanted = [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex]")]
        .filter(one => !one.disabled && one.tabIndex >= 0 && one.type !== "hidden"
            && one.checkVisibility({visibilityProperty: true})
            && !(one.type === "radio" && !first(one)));
    function first(one) {
        const group = [...document.querySelectorAll(
            `input[type=radio][name="${CSS.escape(one.name)}"]`)]
            .filter(each => each.form === one.form && !each.disabled);
        return one === (group.find(each => each.checked) || group[0]);
    }
    window.walked = [];
    window.wanted = wanted;
    window.named = named;
    document.addEventListener("focusin", event => {
        const one = event.target;
        const style = getComputedStyle(one);
        const seen = (style.outlineStyle !== "none" && style.outlineWidth !== "0px")
            || style.boxShadow !== "none";
        const box = one.getBoundingClientRect();
        window.walked.push({one, seen, there: box.width > 0 && box.right > 0});
    });
    document.activeElement.blur();
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
    const parts = {date: 3, month: 2, week: 2, time: 2, "datetime-local": 6};
    const presses = wanted.slice(0, MOST)
        .reduce((sum, one) => sum + 1 + (parts[one.type] || 0), 0);
    return [Math.min(wanted.length, MOST), presses];
}""".replace("MOST", str(MOST))

_END: Final = """most => {
    const faults = [];
    for (const one of document.querySelectorAll("[tabindex]"))
        if (one.tabIndex > 0) faults.push("a tabindex of its own: " + named(one));
    const went = walked.filter(step => wanted.includes(step.one));
    const should = wanted.slice(0, most);
    if (went.length && !went[0].one.classList.contains("skip"))
        faults.push("does not begin with the skip link but " + named(went[0].one));
    for (const one of should)
        if (!went.some(step => step.one === one))
            faults.push("is not reached by Tab: " + named(one));
    const order = went.map(step => wanted.indexOf(step.one)).slice(0, should.length);
    const jump = order.findIndex((place, at) => at && place < order[at - 1]);
    if (jump > 0) faults.push("out of order: " + named(wanted[order[jump]]));
    for (const step of went) {
        if (!step.seen) faults.push("focus is not seen: " + named(step.one));
        if (!step.there) faults.push("has focus out of sight: " + named(step.one));
    }
    return [...new Set(faults)];
}"""


async def keyboard_faults(page: Page) -> list[str]:
    """Return what somebody without a mouse would miss on ``page``."""
    stops, presses = await page.evaluate(_BEGIN)
    for _ in range(presses):
        await page.keyboard.press("Tab")
    faults: list[str] = await page.evaluate(_END, stops)
    return faults
