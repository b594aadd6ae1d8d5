// The desk by keyboard. Every page works without this; it only follows the marks in
// the page: data-keys names the keys of a link, a button, a field or a summary.

const SEQUENCE_MS = 1200;
const DRAFT = "draft ";

/** Whether keys belong to what has the focus, as they are typed into it. */
function isTyping(target) {
  return target.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]") !== null;
}

/** Rows of the list on this page, by the link that each has. */
function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

/** Move the focus up or down the list; the first time to its beginning or end. */
function move(step) {
  const links = rows();
  const here = links.findIndex((link) => link.closest("tr, li").contains(document.activeElement));
  const there = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.max(0, Math.min(there, links.length - 1))]?.focus();
}

/** Do what the element is for: open it and go to its first field, or follow it. */
function use(element) {
  if (element.matches("summary")) {
    const details = element.parentElement;
    details.open = true;
    const field = details.querySelector("textarea, select, input:not([type=hidden])");
    (field ?? element).focus();
    details.scrollIntoView({ block: "nearest" });
  } else if (element.matches("a")) {
    element.click();
  } else if (element.matches("button[data-keys=m], button[data-at-once]")) {
    element.click();
  } else if (element.matches("button[data-for-picked]")) {
    pickHere();
    element.click();
  } else {
    element.closest("details")?.setAttribute("open", "");
    element.focus();
    if (element.matches("input[type=search]")) element.select();
  }
}

/** Pick the case whose line has the focus, if none is picked yet. */
function pickHere() {
  if (document.querySelector("[data-pick]:checked")) return;
  const box = document.activeElement.closest("tr")?.querySelector("[data-pick]");
  if (box) box.checked = true;
}

let begun = "";
let begunAt = 0;

/** Return the keys pressed so far that may be the beginning of, or all of, a mark. */
function sequence(key) {
  const fresh = Date.now() - begunAt > SEQUENCE_MS;
  begunAt = Date.now();
  return !fresh && begun ? `${begun} ${key}` : key;
}

function press(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    if (form) {
      event.preventDefault();
      form.requestSubmit(event.target.matches("button[name]") ? event.target : null);
    }
    return;
  }
  if (event.key === "Escape" && isTyping(event.target)) {
    event.target.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (document.getElementById("keys")?.dataset.singleKeys === "off") return;
  const keys = sequence(event.key);
  if (act(keys) || (keys !== event.key && act(event.key))) {
    event.preventDefault();
    begun = "";
  } else {
    begun = event.key;
  }
}

/** Do what `keys` stand for; return whether they stand for anything. */
function act(keys) {
  if (keys === "?") {
    document.getElementById("keys")?.showModal();
    return true;
  }
  if (keys === "j" || keys === "k") {
    move(keys === "j" ? 1 : -1);
    return rows().length > 0;
  }
  if (document.activeElement.matches("[data-row]") && ["o", "e", "r"].includes(keys)) {
    if (keys === "r") document.activeElement.hash = "answer";
    document.activeElement.click();
    return true;
  }
  const box = keys === "x" && document.activeElement.closest("tr")?.querySelector("[data-pick]");
  if (box) {
    box.click();
    return true;
  }
  const element = document.querySelector(`[data-keys="${CSS.escape(keys)}"]`);
  if (element) use(element);
  return element !== null;
}

/** Keep what is typed until it is sent: a session that has ended must not lose it. */
function keepDrafts() {
  const query = new URLSearchParams(location.search);
  const done = query.get("done");
  const of = done && query.get("of");
  for (const name of of ? Object.keys(sessionStorage) : []) {
    if (name.startsWith(DRAFT) && name.endsWith(` ${of} answer`)) sessionStorage.removeItem(name);
  }
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const name = DRAFT + form.dataset.draft;
    const field = form.querySelector("textarea");
    if (done && name.endsWith(` ${done}`)) sessionStorage.removeItem(name);
    const kept = sessionStorage.getItem(name);
    if (kept && !field.value) {
      field.value = kept;
      form.closest("details")?.setAttribute("open", "");
    }
    field.addEventListener("input", () => sessionStorage.setItem(name, field.value));
  }
}

/** Forget all drafts: whoever signs in next is perhaps somebody else. */
function forgetDrafts() {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(DRAFT)) sessionStorage.removeItem(name);
  }
}

/** Forget the draft that a button throws away, or leaves for what somebody else wrote. */
function forget(button) {
  sessionStorage.removeItem(DRAFT + button.dataset.forgets);
  sessionStorage.removeItem(`${DRAFT}unsaved ${button.dataset.forgets}`);
}

document.addEventListener("keydown", press);
for (const button of document.querySelectorAll("[data-forgets]")) {
  button.addEventListener("click", () => forget(button));
}
if (document.querySelector("[data-forget]")) forgetDrafts();
keepDrafts();
document.querySelector("[data-focus]")?.focus();
for (const button of document.querySelectorAll("[data-opens]")) {
  button.hidden = false;
  button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
}
for (const box of document.querySelectorAll("[data-picks-all]")) {
  box.hidden = false;
  box.addEventListener("change", () => {
    for (const each of box.form.querySelectorAll("[data-pick]")) each.checked = box.checked;
  });
}
for (const button of document.querySelectorAll("[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A form is sent once, however often its button is pressed; a page that the browser
// kept and shows again starts anew.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
