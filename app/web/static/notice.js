/* Comfort for readers of a notice: each of these works without it, by links and forms.
   The contents follow the reader, the search answers while one types, hits are stepped
   through, and the other language opens at the same place. */
"use strict";

const contents = document.getElementById("contents");
const otherLanguage = document.querySelector("[data-other-language]");
const wide = window.matchMedia("(min-width: 64rem)");

/* Where the reader is: the item that crosses a line near the top of the window. */

const links = new Map();
for (const link of contents.querySelectorAll("a")) {
  links.set(link.hash.slice(1), link);
}
const box = contents.querySelector("details");
const here = document.createElement("span");
here.className = "here";
here.setAttribute("aria-hidden", "true");
box.querySelector("summary").append(here);
document.documentElement.dataset.follows = "";

function follow(item) {
  const link = links.get(item.id);
  if (!link) return;
  const before = contents.querySelector("[aria-current]");
  if (before) before.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  here.textContent = `${box.dataset.follow} ${link.textContent.trim()}`;
  otherLanguage.hash = item.id;
  const list = contents.scrollHeight > contents.clientHeight ? contents : link.closest("ul");
  const above = link.getBoundingClientRect().top - list.getBoundingClientRect().top;
  if (above < 0 || above > list.clientHeight - link.offsetHeight) {
    list.scrollTop += above - list.clientHeight / 2;
  }
}

/* An item that was chosen stays current while it stands near the top, however short. */
let chosen = null;

function choose() {
  chosen = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (chosen) follow(chosen);
}

function stays() {
  return chosen && Math.abs(chosen.getBoundingClientRect().top) < window.innerHeight / 4;
}

const watching = new IntersectionObserver(
  (entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      if (!stays()) chosen = null;
      follow(chosen || entry.target);
    }
  },
  { rootMargin: "-14% 0px -85% 0px" },
);

function watch() {
  watching.disconnect();
  for (const item of document.querySelectorAll(".item")) watching.observe(item);
}

watch();
choose();
window.addEventListener("hashchange", choose);

contents.addEventListener("click", (event) => {
  if (event.target.closest("a") && !wide.matches) box.open = false;
});

/* Hits: one after the other, with how many there are. */

const bar = document.querySelector("[data-hit-bar]");
const found = document.getElementById("found");
let at = 0;

function marks() {
  return document.querySelectorAll("#text mark");
}

function count() {
  const all = marks().length;
  bar.hidden = all === 0;
  const words = found.dataset.at.replace("{number}", at).replace("{of}", all);
  bar.querySelector("[data-hit-at]").textContent = at ? words : "";
}

function step(by) {
  const all = marks();
  const before = document.querySelector("mark.at");
  if (before) before.classList.remove("at");
  const from = at || (by > 0 ? 0 : 1);
  at = ((from - 1 + by + all.length) % all.length) + 1;
  const mark = all[at - 1];
  mark.classList.add("at");
  mark.scrollIntoView({ block: "center" });
  count();
}

for (const button of bar.querySelectorAll("[data-step]")) {
  button.addEventListener("click", () => step(Number(button.dataset.step)));
}

count();

/* The search answers while one types: the page that the form would lead to is fetched,
   and its text and its list of hits take the place of these. */

const form = document.querySelector("[data-find]");
const input = form.querySelector("input");
let waiting = 0;
let asking = new AbortController();
let shown = input.value.trim();

async function find() {
  const query = input.value.trim();
  if (query === shown) return;
  asking.abort();
  asking = new AbortController();
  const address = query ? `${form.action}?q=${encodeURIComponent(query)}` : form.action;
  try {
    const answer = await fetch(address, { signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("text").replaceWith(page.getElementById("text"));
    found.textContent = "";
    found.append(...page.getElementById("found").childNodes);
  } catch (_) {
    return; // The form itself still works.
  }
  shown = query;
  at = 0;
  history.replaceState(null, "", address);
  otherLanguage.search = query ? `?q=${encodeURIComponent(query)}` : "";
  watch();
  count();
}

input.addEventListener("input", (event) => {
  clearTimeout(waiting);
  if (!event.isComposing) waiting = setTimeout(find, 300);
});
input.addEventListener("compositionend", () => {
  clearTimeout(waiting);
  waiting = setTimeout(find, 300);
});
