/* Receipts kept on this device and nowhere else, and shared from it; all works without. */
"use strict";

const SHELF = "huiyin-receipts";
const MOST_KEPT = 50;

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(SHELF) || "[]");
    return Array.isArray(found) ? found.filter((each) => each && each.number && each.code) : [];
  } catch (_broken) {
    return [];
  }
}

function keep(receipts) {
  try {
    localStorage.setItem(SHELF, JSON.stringify(receipts.slice(0, MOST_KEPT)));
    return true;
  } catch (_full) {
    return false;
  }
}

for (const button of document.querySelectorAll("[data-keep]")) {
  const hint = document.querySelector("[data-keep-hint]");
  button.hidden = false;
  if (hint) hint.hidden = false;
  button.addEventListener("click", () => {
    const { number, code } = button.dataset;
    const others = kept().filter((each) => each.number !== number);
    const done = keep([{ number, code, day: new Date().toLocaleDateString(document.documentElement.lang) }, ...others]);
    document.getElementById("said").textContent = done ? button.dataset.kept : button.dataset.full;
  });
}

if (navigator.share) {
  for (const button of document.querySelectorAll("[data-share]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const lines = button.dataset.share.split(" ").map((place) => document.querySelector(place).textContent.trim());
      // Whoever closes the list of programs has decided not to.
      navigator.share({ text: [...lines, button.dataset.shareAlso].join("\n") }).catch(() => {});
    });
  }
}

const list = document.getElementById("kept-here");

function button(words, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.textContent = words;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

function show() {
  const receipts = kept();
  const said = document.getElementById("kept-said");
  list.hidden = receipts.length === 0;
  const rows = list.querySelector("ul");
  rows.textContent = "";
  rows.append(...receipts.map(({ number, code, day }) => {
    const row = document.createElement("li");
    const name = document.createElement("span");
    name.textContent = `${number} ${day || ""}`;
    row.append(
      name,
      button(list.dataset.use, `${list.dataset.use} ${number}`, () => {
        document.getElementById("number").value = number;
        document.getElementById("code").value = code;
        said.textContent = list.dataset.used;
        document.querySelector("form [type=submit]").focus();
      }),
      button(list.dataset.drop, `${list.dataset.drop} ${number}`, () => {
        keep(kept().filter((each) => each.number !== number));
        show();
        said.textContent = list.dataset.dropped;
      }),
    );
    return row;
  }));
}

if (list) show();
