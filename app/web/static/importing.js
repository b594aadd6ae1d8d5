/* How far an import is: the page asks again every few seconds, for as long as it is seen. */

const EVERY = 3000;

async function ask() {
  const place = document.getElementById("progress");
  if (!place) return;
  if (document.visibilityState === "visible") {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.getElementById("progress");
      if (answer.ok && (!next || next.dataset.state !== place.dataset.state)) {
        location.reload();
        return;
      }
      if (next) take(place, next);
    } catch {
      // The next time may be luckier; the link does the same by hand.
    }
  }
  setTimeout(ask, EVERY);
}

function take(place, next) {
  const [bar, said] = ["progress", "[role=status]"].map((what) => [
    place.querySelector(what),
    next.querySelector(what),
  ]);
  if (bar[0] && bar[1]) bar[0].value = bar[1].value;
  if (said[0] && said[1] && said[0].textContent !== said[1].textContent) {
    said[0].textContent = said[1].textContent;
  }
}

setTimeout(ask, EVERY);
