/* Comfort on the public pages; each works without it. Plain ES2017, here and in whatever
   else these pages load: to an old telephone's browser, one newer sign is no script. */
"use strict";

for (const box of document.querySelectorAll("[data-open-when-wide]")) {
  box.open = window.matchMedia("(min-width: 64rem)").matches;
}

for (const place of Array.from(document.querySelectorAll("[data-focus]")).slice(0, 1)) {
  place.focus();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const places = button.dataset.copy.split(" ");
      const found = places.map((place) => document.querySelector(place)).filter(Boolean);
      await navigator.clipboard.writeText(found.map((each) => each.textContent.trim()).join("\n"));
      document.getElementById("said").textContent = button.dataset.copied;
    });
  }
}

for (const receipt of document.querySelectorAll("[data-sent]")) {
  // What was sent is no draft any more; a browser may forbid storage altogether.
  try { localStorage.removeItem(`huiyin-draft:${receipt.dataset.sent}`); } catch (_) { /* nothing was kept */ }
}

for (const input of document.querySelectorAll("input[data-most-bytes]")) {
  const said = document.getElementById(`${input.id}-said`);
  input.addEventListener("change", () => {
    const { mostFiles, mostBytes, tooMany, tooLarge } = input.dataset;
    const large = Array.from(input.files).some((file) => file.size > Number(mostBytes));
    const many = input.files.length > Number(mostFiles);
    said.textContent = many ? tooMany : large ? tooLarge : "";
  });
}

for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  window.addEventListener("pageshow", () => { sent = false; });
}
