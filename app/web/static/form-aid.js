/* While somebody writes: the item it sounds like, and a draft on this device alone. */
"use strict";

(() => {
  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const say = form.dataset;
  const { section, subject, text } = form.elements;
  const PAUSE = 700;
  const LEAST = 6;
  const MOST = 1000;

  /* Likely items: a suggestion that hinders nobody. Where it fails, nothing is said. */
  const place = form.querySelector("[data-likely]");
  const said = form.querySelector("[data-likely-said]");
  let timer = 0;
  let asked = "";
  let asking = null;

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  async function ask() {
    if (!say.likelyAt) return;
    const typed = { subject: subject.value.slice(0, 200), text: text.value.slice(0, MOST) };
    const whole = JSON.stringify(typed);
    if (whole === asked || (typed.subject + typed.text).trim().length < LEAST) return;
    asked = whole;
    if (asking) asking.abort();
    asking = new AbortController();
    try {
      const answer = await fetch(say.likelyAt, {
        method: "POST", body: whole, signal: asking.signal,
        headers: { "Content-Type": "application/json" },
      });
      if (answer.ok) offer(await answer.json());
    } catch (_) { /* offline, or overtaken by what was typed since */ }
  }

  function offer({ items, answers }) {
    place.textContent = "";
    if (items.length) place.append(itemsBox(items));
    if (answers.length) place.append(answersBox(answers));
    announce([[say.sayFound, items.length], [say.sayFoundAnswers, answers.length]]);
  }

  /* Whoever does not see that something appeared below the text hears it, once. */
  function announce(found) {
    const words = found.filter(([, count]) => count).map(([one, count]) => one.replace("%count", count));
    if (words.join(" ") !== said.textContent) said.textContent = words.join(" ");
  }

  function itemsBox(items) {
    const box = element("div", { className: "likely" });
    box.setAttribute("role", "group");
    const title = element("p", { id: "likely-title" });
    title.append(element("strong", { textContent: say.sayLikely }));
    box.setAttribute("aria-labelledby", title.id);
    const list = element("ol", {});
    items.forEach((item, number) => {
      const pick = element("button", { type: "button", className: "quiet" });
      const name = element("span", { textContent: item.name, lang: "zh-CN" });
      // Heard with the name, its key would make another item of it: "1" and "3. Lifts".
      const digit = element("kbd", { textContent: number + 1 });
      digit.setAttribute("aria-hidden", "true");
      pick.append(digit, name);
      pick.setAttribute("aria-keyshortcuts", String(number + 1));
      pick.setAttribute("aria-pressed", String(section.value === item.path));
      pick.addEventListener("click", () => choose(item, list, pick));
      const row = element("li", {});
      row.append(pick);
      list.append(row);
    });
    // A number alone chooses, but only while the focus is in here (WCAG 2.1.4).
    box.addEventListener("keydown", (event) => {
      const pick = list.querySelectorAll("button")[Number(event.key) - 1];
      if (!pick || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      pick.focus();
      pick.click();
    });
    box.append(title, list, element("p", { className: "hint", textContent: say.sayLikelyKeys }));
    return box;
  }

  function choose(item, list, pick) {
    if (!Array.from(section.options).some((option) => option.value === item.path)) {
      section.add(new Option(item.name, item.path));
    }
    const again = section.value === item.path;
    section.value = again ? "" : item.path;
    section.dispatchEvent(new Event("input", { bubbles: true }));
    for (const each of list.querySelectorAll("button")) each.setAttribute("aria-pressed", "false");
    pick.setAttribute("aria-pressed", String(!again));
    said.textContent = say.sayChosen.replace("%name", section.selectedOptions[0].textContent.trim());
  }

  function answersBox(answers) {
    const box = element("div", { className: "likely" });
    const title = element("p", {});
    title.append(element("strong", { textContent: say.sayAnswers }));
    const list = element("ul", {});
    for (const answer of answers) {
      const row = element("li", {});
      row.append(element("a", { href: answer.address, textContent: answer.title, target: "_blank", rel: "noopener" }));
      list.append(row);
    }
    box.append(title, list);
    return box;
  }

  subject.addEventListener("input", later);
  text.addEventListener("input", later);

  /* The draft: what is written, never who writes and never files. */
  const NAME = "huiyin-draft:";
  const OFF = "huiyin-no-drafts";
  const KEPT = 7 * 24 * 60 * 60 * 1000;
  const FIELDS = ["section", "subject", "text", "kind"];
  const box = document.querySelector("[data-draft]");
  const told = document.querySelector("[data-draft-said]");
  const off = box.querySelector("[data-draft-off]");
  const key = NAME + say.slug;
  const store = storage();
  if (store) keepDrafts();

  function storage() {
    try {
      window.localStorage.setItem(`${NAME}?`, "");
      window.localStorage.removeItem(`${NAME}?`);
      return window.localStorage;
    } catch (_) {
      return null;
    }
  }

  function keepDrafts() {
    forgetOld();
    box.hidden = false;
    off.checked = store.getItem(OFF) !== null;
    if (say.fresh === "true") restore();
    let saving = 0;
    form.addEventListener("input", () => {
      clearTimeout(saving);
      saving = setTimeout(save, PAUSE);
    });
    window.addEventListener("pagehide", () => {
      if (saving) save();
    });
    form.addEventListener("submit", () => {
      // Kept in case it does not arrive, and at once: its receipt ends the draft.
      if (saving) save();
      clearTimeout(saving);
      saving = 0;
    });
    box.querySelector("[data-draft-delete]").addEventListener("click", () => {
      clearTimeout(saving);
      saving = 0;
      store.removeItem(key);
      tell(box.dataset.sayDeleted);
    });
    off.addEventListener("change", () => {
      if (off.checked) {
        store.setItem(OFF, "");
        forgetAll();
        tell(box.dataset.sayDeleted);
      } else {
        store.removeItem(OFF);
        save();
      }
    });
  }

  function save() {
    // Once the answer took the place of this page, there is nothing to keep any more.
    if (off.checked || !form.isConnected) return;
    const draft = { at: Date.now(), version: form.elements.version.value };
    for (const field of FIELDS) draft[field] = form.elements[field].value;
    try {
      if (draft.subject || draft.text) store.setItem(key, JSON.stringify(draft));
    } catch (_) { /* the device is full: the page still has everything */ }
  }

  function restore() {
    const draft = read(key);
    if (!draft || text.value || subject.value) return;
    for (const field of FIELDS) {
      // Whoever comes from an item's own link means that item; and in another version
      // of the notice the same number may be another item.
      const given = field === "section" && (section.value || draft.version !== form.elements.version.value);
      if (!given && typeof draft[field] === "string") form.elements[field].value = draft[field];
    }
    if (section.selectedIndex < 0) section.value = "";
    tell(box.dataset.sayRestored.replace("%when", new Date(draft.at).toLocaleString(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" })));
    ask();
  }

  function read(name) {
    try {
      return JSON.parse(store.getItem(name));
    } catch (_) {
      return null;
    }
  }

  function drafts() {
    return Object.keys(store).filter((name) => name.startsWith(NAME));
  }

  function forgetOld() {
    for (const name of drafts()) {
      const draft = read(name);
      if (!draft || !(Date.now() - draft.at < KEPT)) store.removeItem(name);
    }
  }

  function forgetAll() {
    for (const name of drafts()) store.removeItem(name);
  }

  function tell(words) {
    told.hidden = false;
    told.textContent = words;
  }

  function element(name, facts) {
    return Object.assign(document.createElement(name), facts);
  }
})();
