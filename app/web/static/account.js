// Accounts: passkeys, and small comforts. Only passkeys need this; where a browser has
// none, their buttons stay hidden.

/** Return the bytes that base64url stands for (RFC 4648, section 5). */
function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

/** Return base64url for bytes; nothing for nothing. */
function text(buffer) {
  if (!buffer) return undefined;
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** Return the question as the browser wants it: with bytes for what is bytes. */
function readable(question) {
  const listed = (list) => (list || []).map((each) => ({ ...each, id: bytes(each.id) }));
  const read = { ...question, challenge: bytes(question.challenge) };
  if (question.user) read.user = { ...question.user, id: bytes(question.user.id) };
  if (question.excludeCredentials) read.excludeCredentials = listed(question.excludeCredentials);
  if (question.allowCredentials) read.allowCredentials = listed(question.allowCredentials);
  return read;
}

/** Return what the browser shows, as JSON. */
function written(credential) {
  const said = credential.response;
  return JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: {
      clientDataJSON: text(said.clientDataJSON),
      attestationObject: text(said.attestationObject),
      authenticatorData: text(said.authenticatorData),
      signature: text(said.signature),
      userHandle: text(said.userHandle),
    },
  });
}

/** Ask the server for the question; undefined: it leads elsewhere first. */
async function asked(form) {
  const body = new URLSearchParams();
  if (form.elements.step) body.set("step", form.elements.step.value);
  const answer = await fetch(form.dataset.passkey, { method: "POST", body });
  if (answer.redirected) {
    location.assign(answer.url);
    return undefined;
  }
  if (!answer.ok) throw new Error(answer.statusText);
  return readable(await answer.json());
}

/** Have a passkey shown, or made, and send the form with it. */
async function show(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const publicKey = await asked(form);
    if (!publicKey) return;
    const made = "passkeyNew" in form.dataset;
    const credential = await (made
      ? navigator.credentials.create({ publicKey })
      : navigator.credentials.get({ publicKey }));
    form.elements.shown.value = written(credential);
    const remembered = document.getElementById("remembered");
    if (remembered && remembered.checked) form.append(hidden("remembered", "true"));
    form.submit();
  } catch (error) {
    delete form.dataset.sent;
    failed.hidden = false;
  }
}

function hidden(name, value) {
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = name;
  field.value = value;
  return field;
}

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      show(form);
    });
  }
}

// A password can be looked at while it is typed: long ones are typed wrong in the dark.
for (const field of document.querySelectorAll("input[type=password][data-show]")) {
  const frame = document.createElement("div");
  const button = document.createElement("button");
  frame.className = "shown-by";
  button.type = "button";
  button.className = "quiet";
  const label = document.querySelector(`label[for="${field.id}"]`);
  say(field.dataset.show);
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    const shown = field.type === "text";
    field.type = shown ? "password" : "text";
    say(shown ? field.dataset.show : field.dataset.hide);
  });
  // Where a page has several, each says what it shows.
  function say(words) {
    button.textContent = words;
    if (label) button.setAttribute("aria-label", `${words} ${label.textContent.trim()}`);
  }
  const focused = document.activeElement === field;
  field.replaceWith(frame);
  frame.append(field, button);
  if (focused) field.focus();
  // What is sent is a password again, so that the browser does not remember it as text.
  if (field.form) field.form.addEventListener("submit", () => { field.type = "password"; });
}

for (const button of document.querySelectorAll("[data-copies]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    button.textContent = button.dataset.copied;
  });
}
