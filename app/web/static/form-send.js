/* Files chosen one by one, checked before they are sent, and sent with progress; and
   the calculation that is asked for while the site is flooded. */
"use strict";

(() => {
  const form = document.querySelector("form[data-writing]");
  if (!form) return;
  const say = form.dataset;
  const area = form.querySelector("[data-files]");
  const files = area ? chosenFiles(area) : null;

  /* Files: one list, whichever way each came into it. */
  function chosenFiles(area) {
    if (!canCollect()) return null;
    const input = document.getElementById("files");
    const camera = document.getElementById("camera");
    const list = area.querySelector("[data-chosen]");
    const said = area.querySelector("[data-files-said]");
    const words = area.dataset;
    let chosen = [];

    area.querySelector("[data-drop-hint]").hidden = false;
    camera.name = "";  // its picture joins the list of the other
    input.addEventListener("change", () => add(input.files));
    camera.addEventListener("change", () => { add(camera.files); camera.value = ""; });
    for (const name of ["dragenter", "dragover"]) {
      area.addEventListener(name, (event) => { event.preventDefault(); area.classList.add("over"); });
    }
    area.addEventListener("dragleave", () => area.classList.remove("over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      area.classList.remove("over");
      add(event.dataTransfer.files);
    });
    takeOver();

    function add(some) {
      const before = chosen.length;
      for (const file of some) {
        if (!chosen.some((other) => same(other, file))) chosen.push(file);
      }
      show();
      if (chosen.length > before) tell(words.sayAdded.replace("%number", input.files.length));
    }

    function tell(words) {
      if (!said.classList.contains("wrong-words")) said.textContent = words;
    }

    function remove(file) {
      chosen = chosen.filter((other) => other !== file);
      show();
      tell(words.sayRemoved.replace("%file", file.name));
      input.focus();
    }

    function show() {
      const fit = chosen.filter((file) => !wrong(file));
      const kept = new DataTransfer();
      for (const file of fit.slice(0, Number(words.mostFiles))) kept.items.add(file);
      input.files = kept.files;
      list.textContent = "";
      list.append(...chosen.map(row));
      list.hidden = !chosen.length;
      const many = fit.length > Number(words.mostFiles);
      said.className = many ? "wrong-words" : "hint";
      said.textContent = many ? words.sayMany : "";
    }

    function row(file) {
      const row = document.createElement("li");
      const name = document.createElement("p");
      const problem = wrong(file);
      name.textContent = problem ? `${file.name} ${problem}` : `${file.name} · ${size(file.size)}`;
      name.className = problem ? "wrong-words" : "";
      row.className = problem ? "wrong" : "";
      const away = document.createElement("button");
      away.type = "button";
      away.className = "quiet";
      away.textContent = words.sayRemove.replace("%file", file.name);
      away.addEventListener("click", () => remove(file));
      row.append(name, away);
      return row;
    }

    function wrong(file) {
      const ending = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
      if (!words.endings.split(" ").includes(ending)) return words.sayType;
      if (file.size > Number(words.mostBytes)) return words.sayLarge;
      return file.size ? "" : words.sayVoid;
    }

    /* A page that says what is wrong took the place of this one, without a new load:
       then the files are still at hand. */
    function takeOver() {
      if (!window.filesOfForm) return;
      add(window.filesOfForm);
      for (const lost of document.querySelectorAll("[data-files-lost]")) lost.remove();
      tell(words.sayKept);
    }

    return {
      any: () => input.files.length > 0,
      handOver: () => { window.filesOfForm = chosen; },
    };
  }

  function canCollect() {
    try {
      return Boolean(new DataTransfer().items);
    } catch (_) {
      return false;
    }
  }

  function same(one, other) {
    return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
  }

  function size(bytes) {
    return bytes < 1048576 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1048576).toFixed(1)} MB`;
  }

  /* Sending. */
  const PATIENCE = 3000;
  const LONGEST_WORK = 60000;
  const sending = form.querySelector("[data-sending]");
  const said = sending.querySelector("[data-sending-said]");
  const bar = sending.querySelector("progress");
  /* Pages that have what was typed, or say that it has come, or that it is too late;
     any other, of whatever stands between us, takes the place of nothing. */
  const OURS = /data-(writing|sent="|code="notice_)/;
  let underWay = false;

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!underWay) send();
  });
  window.addEventListener("pageshow", rest);

  async function send() {
    underWay = true;
    tell(say.saySending);
    const { reached, value } = await proof();
    form.elements.proof.value = value;
    if (files && files.any()) {
      if (!await refused()) upload();
    } else if (reached && hasDraft()) form.submit();  // its receipt outlives a reload
    else upload();  // which leaves this page, and all that was typed, where it fails
  }

  /* Where the connection breaks on the way, the browser's own page takes the place of
     this one: then the draft has the text, unless somebody wanted none to be kept. */
  function hasDraft() {
    try {
      const draft = JSON.parse(localStorage.getItem(`huiyin-draft:${say.slug}`));
      const { subject, text } = form.elements;
      return draft.text === text.value && draft.subject === subject.value;
    } catch (_) {
      return false;
    }
  }

  /* Files may take minutes: what is wrong with the rest is asked about before them.
     Whatever goes wrong here, the upload will say so. */
  async function refused() {
    const rest = new FormData(form);
    rest.delete("files");
    rest.set("check", "yes");
    try {
      const answer = await fetch(form.action, { method: "POST", body: rest });
      if (answer.status !== 422) return false;
      replacePage(answer.status, await answer.text());
      return true;
    } catch (_) {
      return false;
    }
  }

  function tell(words) {
    sending.hidden = false;
    said.textContent = words;
  }

  function rest() {
    underWay = false;
    sending.hidden = true;
    bar.hidden = true;
  }

  function upload() {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.responseType = "text";
    request.upload.addEventListener("progress", ({ loaded, total }) => {
      const percent = Math.floor((100 * loaded) / (total || 1));
      bar.hidden = false;
      bar.value = percent;
      // A reader that hears every number hears nothing else.
      if (percent % 25 === 0) tell(say.sayUploading.replace("%percent", percent));
    });
    request.addEventListener("load", () => {
      if (OURS.test(request.responseText)) replacePage(request.status, request.responseText);
      else fail(say.sayAway);
    });
    for (const name of ["error", "abort", "timeout"]) {
      request.addEventListener(name, () => fail(say.sayOffline));
    }
    request.send(new FormData(form));
  }

  function fail(words) {
    rest();
    tell(words);
    said.scrollIntoView({ block: "nearest" });  // on a telephone it is below the fold
  }

  function replacePage(status, content) {
    const received = status >= 200 && status < 300;  // 202: it is looked at first
    if (files) files.handOver();
    if (received) delete window.filesOfForm;
    document.open();
    document.write(content);
    document.close();
    window.scrollTo(0, 0);
    if (!received) return;
    // The code is shown this once: whoever reloads the page is asked first.
    window.addEventListener("beforeunload", (event) => event.preventDefault());
  }

  /* While very many send at once, the site asks for a calculation first. Whatever goes
     wrong here, the form is sent without it: then a person looks at it. */
  async function proof() {
    let reached = false;
    try {
      const asked = await asking(say.proofAt, { token: form.elements.token.value });
      reached = true;
      if (!asked.bits) return { reached, value: "" };
      tell(say.sayWorking);
      const sum = await solved(`${form.elements.token.value}.${asked.quote}`, asked.bits);
      return { reached, value: `${asked.quote}:${sum}` };
    } catch (_) {
      return { reached, value: "" };
    }
  }

  async function asking(address, facts) {
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), PATIENCE);
    try {
      const answer = await fetch(address, {
        method: "POST", body: JSON.stringify(facts), signal: patience.signal,
        headers: { "Content-Type": "application/json" },
      });
      return await answer.json();
    } finally {
      clearTimeout(timer);
    }
  }

  function solved(challenge, bits) {
    return new Promise((resolve, reject) => {
      const worker = new Worker(say.worker);
      const timer = setTimeout(() => end(reject, "too long"), LONGEST_WORK);
      function end(settle, value) {
        clearTimeout(timer);
        worker.terminate();
        settle(value);
      }
      worker.addEventListener("message", ({ data }) => end(resolve, data));
      worker.addEventListener("error", () => end(reject, "no worker"));
      worker.postMessage({ challenge, bits });
    });
  }
})();
