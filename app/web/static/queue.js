// The queue as one list: further pages are put below the first, one comes back to the
// line that one left, and a case knows which cases stand beside it. Without this there
// are pages, and the way back leads to the first of them.

const KEPT = "queue list";
const MOST_PAGES = 20;

/** Return the list that one came from: its address, its cases, and where one was. */
function kept() {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? null;
  } catch {
    return null;
  }
}

function keep(list) {
  sessionStorage.setItem(KEPT, JSON.stringify(list));
}

/** Return the number of the case that a link leads to. */
function numberOf(link) {
  return new URL(link.href).pathname.split("/").pop();
}

/** Return the address of the page behind the last one that is shown; null: none is. */
function onward(page) {
  return page.querySelector("nav.pages a[rel=next]")?.href ?? null;
}

/** Fetch the page at `address` and put its lines below those that are there. */
async function append(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error("no further page");
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const lines = document.querySelector("table[data-list] > tbody");
  const there = new Set([...lines.querySelectorAll("[data-row]")].map(numberOf));
  for (const line of page.querySelectorAll("table[data-list] > tbody > tr")) {
    if (!there.has(numberOf(line.querySelector("[data-row]")))) {
      lines.append(document.importNode(line, true));
    }
  }
  return onward(page);
}

/** Let the list grow at its end instead of leading to another page. */
function grow(table) {
  const next = document.querySelector("nav.pages a[rel=next]");
  const list = { address: table.dataset.list, pages: 1, at: null, numbers: [], next: null };
  const before = kept();

  async function further() {
    const address = next.href;
    next.setAttribute("aria-disabled", "true");
    try {
      const after = await append(address);
      list.pages += 1;
      if (after) next.href = after;
      else next.remove();
      remember();
      return true;
    } catch {
      location.assign(address);
      return false;
    } finally {
      next.removeAttribute("aria-disabled");
    }
  }

  function remember() {
    list.numbers = [...table.querySelectorAll("[data-row]")].map(numberOf);
    list.next = next?.isConnected ? next.href : null;
    keep(list);
  }

  next?.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || list.pages >= MOST_PAGES) return;
    event.preventDefault();
    if (next.hasAttribute("aria-disabled")) return;
    const last = [...table.querySelectorAll("[data-row]")].pop();
    if (await further()) {
      const links = [...table.querySelectorAll("[data-row]")];
      links[links.indexOf(last) + 1]?.focus();
    }
  });
  table.addEventListener("click", (event) => {
    const link = event.target.closest("[data-row]");
    if (!link) return;
    list.at = numberOf(link);
    remember();
  });
  (async () => {
    const back = before && before.address === list.address && before.at;
    while (back && list.pages < before.pages && next?.isConnected) {
      if (!(await further())) return;
    }
    remember();
    if (!back || document.querySelector("[data-focus]")) return;
    const link = [...table.querySelectorAll("[data-row]")].find((each) => numberOf(each) === before.at);
    link?.focus();
    link?.scrollIntoView({ block: "center" });
  })();
}

/** Return a link to the case beside this one, as the list has it. */
function besideLink(number, key, words) {
  const link = document.createElement("a");
  link.href = location.pathname.replace(/[^/]+$/, number);
  link.dataset.keys = key;
  const mark = document.createElement("kbd");
  mark.textContent = key;
  link.append(mark, ` ${words}`);
  return link;
}

/** Offer the cases beside this one in the list that one came from. */
async function besides(place) {
  const list = kept();
  const here = list?.numbers.indexOf(place.dataset.beside) ?? -1;
  if (here < 0) return;
  if (here === list.numbers.length - 1 && list.next && list.pages < MOST_PAGES) {
    await lengthen(list);
  }
  const [before, after] = [list.numbers[here - 1], list.numbers[here + 1]];
  if (before) place.append(besideLink(before, "[", place.dataset.before), " ");
  if (after) place.append(besideLink(after, "]", place.dataset.after));
  place.hidden = !(before || after);
  keep({ ...list, at: place.dataset.beside });
}

/** Read the numbers of one page more into a list that is kept. */
async function lengthen(list) {
  try {
    const answer = await fetch(list.next, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const more = [...page.querySelectorAll("table[data-list] [data-row]")].map(numberOf);
    list.numbers.push(...more.filter((each) => !list.numbers.includes(each)));
    list.next = onward(page);
    list.pages += 1;
  } catch {
    // Without a connection there is just no further case to offer.
  }
}

/** Open the step that the address names, as its key would. */
function openStep() {
  const field = location.hash === "#answer" && document.getElementById("answer");
  if (!field) return;
  field.closest("details").open = true;
  field.focus();
}

const table = document.querySelector("table[data-list]");
if (table) grow(table);
const place = document.querySelector("[data-beside]");
if (place) besides(place).then(openStep);
for (const up of document.querySelectorAll("[data-up]")) {
  const list = kept();
  if (list && new URL(list.address, location.href).pathname === new URL(up.href).pathname) up.href = list.address;
}
