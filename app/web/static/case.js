// A case's page: drafts are kept as they are typed, colleagues are seen, templates are
// put in at the cursor. Without this, buttons do the same with a reload.

const SAVED_AFTER_MS = 3000;
const LOOK_EVERY_MS = 20000;
const SIGNED_OUT = 401;
const DRAFT = "draft ";
const UNSAVED = "draft unsaved ";

/** Send a form's data and return what came back; null: it did not arrive. */
async function send(address, data, signal) {
  try {
    const response = await fetch(address, {
      method: "POST", body: data, signal, headers: { Accept: "application/json" }, redirect: "manual",
    });
    if (response.type === "opaqueredirect") return null;
    const known = response.headers.get("content-type")?.includes("json");
    return { ok: response.ok, status: response.status, body: known ? await response.json() : {} };
  } catch {
    return null;
  }
}

let typedAt = 0;

/** Keep what is typed into `form` on the server, a few seconds after each change. */
function keep(form) {
  const field = form.querySelector("textarea[name=text]");
  const said = form.querySelector("[data-draft-said]");
  const wrong = form.querySelector("[data-draft-wrong]");
  const here = DRAFT + form.dataset.draft;
  const unsaved = UNSAVED + form.dataset.draft;
  const stopping = new AbortController();
  let timer = 0;
  let going = Promise.resolve();
  let gone = false;

  // What did not reach the server before the session ended is newer than what it kept.
  const left = sessionStorage.getItem(unsaved) && sessionStorage.getItem(here);
  if (left && left !== field.value) {
    field.value = left;
    form.closest("details")?.setAttribute("open", "");
    later();
  }

  async function save() {
    const text = field.value;
    if (gone) return;
    const data = new URLSearchParams({
      do: "save", text, version: form.elements.version.value, revision: form.elements.revision.value,
    });
    const came = await send(form.dataset.saves, data, stopping.signal);
    if (gone || came === null) return;
    if (!came.ok) {
      wrong.textContent = came.body.words ?? (came.status === SIGNED_OUT ? wrong.dataset.over : "");
      return;
    }
    form.elements.version.value = came.body.version;
    // It is read aloud, and names the minute: no more often than that.
    if (said.textContent !== came.body.words) said.textContent = came.body.words;
    wrong.textContent = "";
    if (field.value === text) sessionStorage.removeItem(unsaved);
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => { going = going.then(save); }, SAVED_AFTER_MS);
  }

  field.addEventListener("input", () => {
    typedAt = Date.now();
    sessionStorage.setItem(unsaved, "yes");
    later();
  });
  form.addEventListener("submit", () => {
    gone = true;
    clearTimeout(timer);
    stopping.abort();
    sessionStorage.removeItem(unsaved);
  });
}

/** Put the chosen template in where the cursor is. */
function insertAt(button) {
  const form = button.form;
  const picker = form.elements.template;
  const field = document.getElementById(button.dataset.inserts);
  const said = form.querySelector("[data-inserted]");
  async function insert() {
    const came = await send(button.formAction, new URLSearchParams(new FormData(form)));
    if (!came?.ok) {
      form.requestSubmit(button);
      return;
    }
    field.setRangeText(came.body.text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    const open = came.body.unfilled;
    said.textContent = open.length ? `${said.dataset.unfilled} ${open.join(" ")}` : "";
    field.focus();
    const at = open.length ? field.value.indexOf(open[0]) : -1;
    if (at >= 0) field.setSelectionRange(at, at + open[0].length);
  }
  button.addEventListener("click", (event) => {
    event.preventDefault();
    insert();
  });
  picker.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    insert();
  });
}

/** Tell that somebody is here while the page is seen, and show who else is. */
function watch(line) {
  const shown = line.dataset.revision;
  let saidWriting = false;
  async function look() {
    if (document.visibilityState !== "visible") return;
    const writing = Date.now() - typedAt < LOOK_EVERY_MS * 1.5 && typedAt > 0;
    saidWriting = writing;
    const came = await send(line.dataset.looks, new URLSearchParams({ writing }));
    if (!came?.ok) return;
    const words = [...came.body.words];
    if (String(came.body.revision) !== shown) words.push(line.dataset.changed);
    const now = words.join("\n");
    if (now === (line.dataset.now ?? "")) return;
    line.dataset.now = now;
    line.replaceChildren(...words.map((word) => {
      const mark = document.createElement("span");
      mark.className = "mark";
      mark.textContent = word;
      return mark;
    }));
  }
  line.dataset.now = [...line.querySelectorAll(".mark")].map((mark) => mark.textContent).join("\n");
  setInterval(look, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", look);
  // Whoever begins to write says so at once: meanwhile a colleague might begin, too.
  document.addEventListener("input", () => {
    if (typedAt > 0 && !saidWriting) look();
  });
  addEventListener("pagehide", () => {
    navigator.sendBeacon(line.dataset.looks, new URLSearchParams({ leaving: "true" }));
  });
}

for (const form of document.querySelectorAll("form[data-saves]")) keep(form);
for (const button of document.querySelectorAll("button[data-inserts]")) insertAt(button);
for (const line of document.querySelectorAll("[data-looks]")) watch(line);
