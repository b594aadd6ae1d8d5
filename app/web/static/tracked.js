/* Forms of the tracking page, sent so that what was typed stays here where they do not
   arrive. Without this they are sent as forms are. */
"use strict";

(() => {
  const say = document.currentScript.dataset;
  const OURS = /<main id="main"/;
  const BUSY = 429;
  const TROUBLE = 500;

  for (const form of document.querySelectorAll("form[data-once]")) stay(form);

  function stay(form) {
    const said = document.createElement("p");
    said.setAttribute("role", "status");
    form.append(said);
    let underWay = false;

    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (underWay) return;
      underWay = true;
      said.className = "hint";
      said.textContent = say.saySending;
      const wrong = await sent(form);
      underWay = false;
      if (!wrong) return;
      said.className = "wrong-words";
      said.textContent = wrong;
      said.scrollIntoView({ block: "nearest" });  // on a telephone it is below the fold
    });
  }

  /* Return what to say of it; nothing: the answer took the place of this page. */
  async function sent(form) {
    let status;
    let content;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
      status = answer.status;
      content = await answer.text();
    } catch (_) {
      return say.sayOffline;
    }
    if (status === BUSY || status >= TROUBLE || !OURS.test(content)) return say.sayAway;
    document.open();
    document.write(content);
    document.close();
    window.scrollTo(0, 0);
    return "";
  }
})();
