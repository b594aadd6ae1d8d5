/* The opinion form in steps, with a look at all of it before it is sent.
   Without this the same form stands on one page, and everything in it works. */
"use strict";

(() => {
  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const say = form.dataset;
  const steps = Array.from(form.querySelectorAll("[data-step]"));
  const headings = steps.map((step) => step.querySelector("h2"));
  const review = form.querySelector("[data-review]");
  let at = 0;
  let stepping = false;

  /* Where one stands: said aloud with each step, and shown as a bar. The step's name is
     heard from its heading, which has the focus then, and the bar says nothing more. */
  const progress = make("div", { className: "progress", hidden: true });
  const said = make("p", { role: "status" });
  const bar = make("progress", { max: steps.length, value: 1, "aria-hidden": "true" });
  const whole = make("button", { type: "button", className: "quiet" });
  progress.append(said, whole, bar);
  form.before(progress);
  whole.addEventListener("click", () => {
    if (stepping) {
      leave();
      headings[at].focus();
    } else {
      begin(stepOf(document.activeElement));
    }
    remember();
  });

  const turns = steps.map((step, place) => {
    const turn = make("p", { className: "turns" });
    if (place > 0) turn.append(button(say.sayBack, "quiet", () => go(place - 1)));
    if (place < steps.length - 1) turn.append(button(say.sayNext, "", () => go(place + 1)));
    step.append(turn);
    return turn;
  });
  for (const each of form.querySelectorAll("[data-check]")) each.hidden = true;

  function begin(place) {
    stepping = true;
    form.classList.add("stepping");
    progress.hidden = false;
    whole.textContent = say.sayWhole;
    show(place, { focus: false });
    window.history.replaceState({ step: place }, "");
  }

  function leave() {
    stepping = false;
    form.classList.remove("stepping");
    for (const step of steps) step.hidden = false;
    for (const turn of turns) turn.hidden = true;
    bar.hidden = true;
    said.textContent = "";
    review.hidden = true;
    whole.textContent = say.saySteps;
  }

  /* Whoever wants all of it on one page wants it of the page with what is wrong, too. */
  const WHOLE = "huiyin-form-whole";

  function remember() {
    try {
      if (stepping) sessionStorage.removeItem(WHOLE); else sessionStorage.setItem(WHOLE, "yes");
    } catch (_) { /* then it is asked for again */ }
  }

  function wanted() {
    try {
      return sessionStorage.getItem(WHOLE) !== null;
    } catch (_) {
      return false;
    }
  }

  function show(place, { focus }) {
    at = place;
    steps.forEach((step, number) => { step.hidden = number !== place; });
    for (const turn of turns) turn.hidden = false;
    bar.hidden = false;
    bar.value = place + 1;
    const words = say.sayStep.replace("%n", place + 1).replace("%of", steps.length);
    const name = make("span", { textContent: ` ${headings[place].textContent}`, "aria-hidden": "true" });
    said.textContent = words;
    said.append(name);
    if (place === steps.length - 1) lookThrough();
    if (!focus) return;
    headings[place].focus();
    progress.scrollIntoView({ block: "start" });
  }

  function go(place) {
    window.history.pushState({ step: place }, "");
    show(place, { focus: true });
  }

  window.addEventListener("popstate", (event) => {
    if (stepping && event.state && "step" in event.state) show(event.state.step, { focus: true });
  });

  /* Whatever is jumped to is in some step, and that one has to be open. */
  function stepOf(element) {
    const place = steps.findIndex((step) => element && step.contains(element));
    return place < 0 ? 0 : place;
  }

  function jump(id) {
    const place = document.getElementById(id);
    if (!place || !form.contains(place)) return false;
    const folded = place.closest("details");
    if (folded) folded.open = true;
    if (stepping && place.closest("[data-step]") && stepOf(place) !== at) go(stepOf(place));
    const field = place.matches("fieldset") ? place.querySelector("input:checked, input") : place;
    field.focus();
    place.scrollIntoView({ block: "center" });
    return true;
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest(".summary a[href^='#']");
    if (link && jump(link.hash.slice(1))) event.preventDefault();
  });

  /* Enter goes on to the next step: sending is the business of its button alone. */
  form.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=file]):not([type=checkbox])");
    // While an input method composes, Enter chooses its words (229: as Safari says it).
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== "Enter" || !stepping || !typing || at === steps.length - 1) return;
    event.preventDefault();
    go(at + 1);
  });

  /* The last step shows all that was written, each with a way back to it. */
  function lookThrough() {
    review.textContent = "";
    for (const id of ["section", "subject", "text", "kind", "files", "identity", "name", "email", "phone"]) {
      const field = document.getElementById(id);
      if (field && !field.disabled) review.append(...line(id, field));
    }
    review.hidden = false;
  }

  /* An item that is chosen stands above the steps, as whatever it was changed to. */
  const item = form.querySelector("[data-item]");
  function named() {
    const { section } = form.elements;
    if (!item || section.value === item.dataset.item) return;
    item.dataset.item = section.value;
    item.textContent = valueOf(section);
  }
  form.addEventListener("input", named);
  window.addEventListener("pageshow", named);

  /* Who stays anonymous has no contact details to fill in, or to send by mistake. */
  const contact = form.querySelector("[data-contact]");
  function nameless() {
    const anonymous = form.elements.identity.value === "anonymous";
    contact.hidden = anonymous;
    for (const field of contact.querySelectorAll("input")) field.disabled = anonymous;
  }
  form.addEventListener("change", nameless);
  window.addEventListener("pageshow", nameless);
  nameless();

  function line(id, field) {
    const title = labelOf(id, field);
    const value = valueOf(field);
    const missing = id === "text" && !value.trim();
    const words = make("span", { textContent: value || (missing ? say.sayMissing : say.sayEmpty) });
    if (missing) words.className = "wrong-words";
    else if (!value) words.className = "soft";
    const change = button(say.sayChange, "quiet", () => jump(id));
    change.append(make("span", { className: "unseen", textContent: ` ${title}` }));
    const told = make("dd", {});
    told.append(words, change);
    return [make("dt", { textContent: title }), told];
  }

  function labelOf(id, field) {
    const label = field.matches("fieldset") ? field.querySelector("legend") : form.querySelector(`label[for="${id}"]`);
    return label.firstChild.textContent.trim();
  }

  function valueOf(field) {
    if (field.matches("fieldset")) {
      const chosen = field.querySelector("input[type=radio]:checked");
      return chosen ? form.querySelector(`label[for="${chosen.id}"]`).textContent : "";
    }
    if (field.matches("select")) return field.selectedOptions.length ? field.selectedOptions[0].textContent.trim() : "";
    if (field.type === "file") return Array.from(field.files, (file) => file.name).join("\n");
    return field.value;
  }

  function button(words, className, act) {
    const made = make("button", { type: "button", className, textContent: words });
    made.addEventListener("click", act);
    return made;
  }

  function make(name, facts) {
    const made = document.createElement(name);
    for (const [fact, value] of Object.entries(facts)) {
      if (fact === "role" || fact.startsWith("aria-")) made.setAttribute(fact, value); else made[fact] = value;
    }
    return made;
  }

  const first = document.querySelector(".summary a[href^='#']");
  const checked = document.querySelector(".done[data-focus]");
  begin(first ? stepOf(document.getElementById(first.hash.slice(1))) : checked ? steps.length - 1 : 0);
  if (wanted()) leave();
})();
