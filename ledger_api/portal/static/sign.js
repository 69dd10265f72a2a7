// The sign sheet: shows what the server composed, field by field, and has a key sign exactly that.

import { keysAtHand } from "./keys.js";
import { _, call, change, lang, leadToSigned, teller, withName } from "./server.js";

const sheet = document.querySelector("#sign");
const tell = teller(sheet.querySelector(".status"));

// What is signed, in names: the server reads the message itself, not what the page was filled with.
async function nameFields(draft) {
  const address = `/sign/words?lang=${lang}`;
  const body = JSON.stringify({ typed_data: draft.typed_data });
  const response = await fetch(address, { method: "POST", body, headers: { "content-type": "application/json" } });
  if (!response.ok) throw new Error(_("要签的内容读不出来，还没有签。请重新打开本页。"));
  sheet.querySelector(".in-words").innerHTML = await response.text();
}

// Names and values, in place of those before.
function list(place, lines) {
  place.replaceChildren(...lines.map(({ name, value }) => {
    const row = document.createElement("div");
    for (const [tag, text] of [["dt", name], ["dd", value]]) {
      const cell = document.createElement(tag);
      cell.textContent = text;
      row.append(cell);
    }
    return row;
  }));
}

// What was written, as it is kept: what is signed names it by its commitment alone.
function showWritten() {
  const value = (control) => (control.files ? [...control.files].map((file) => file.name).join(" ") : control.value.trim());
  const controls = [...form.querySelectorAll(":is(input, textarea):not([type=hidden])")];
  const lines = controls.map((one) => ({ name: one.labels[0].firstChild.textContent.trim(), value: value(one) }));
  if (lines.length) list(sheet.querySelector(".written"), lines.filter((line) => line.value));
}

async function show(draft) {
  await nameFields(draft);
  sheet.querySelector(".title").textContent = draft.title;
  list(sheet.querySelector(".lines"), draft.lines);
  const message = new Blob([JSON.stringify(draft.typed_data)], { type: "application/json" });
  sheet.querySelector(".message").href = URL.createObjectURL(message);
  sheet.querySelector(".words").textContent = draft.words_zh.join("");
  sheet.querySelector(".words.en").textContent = draft.words_en.join(" ");
  sheet.querySelector(".ready").hidden = false;
}

async function sign(key, draft, button) {
  button.disabled = true;
  try {
    const signature = await key.signTypedData(draft.typed_data);
    const body = JSON.stringify({ typed_data: draft.typed_data, signatures: [signature] });
    const headers = { "content-type": "application/json", "idempotency-key": draft.digest };
    const accepted = await call(sheet.dataset.submit, { method: "POST", body, headers });
    // What belongs to a draft of a request is kept there until the draft is sent.
    if (accepted.draft) return location.replace(`/drafts/${accepted.draft.proposal_id}`);
    leadToSigned(accepted);
  } catch (error) {
    tell(error, "bad");
    button.disabled = false;
  }
}

// Stores a document, and gives its commitment.
async function store(file, name, isPublic) {
  const body = new FormData();
  body.append("file", file, name);
  body.append("public", String(isPublic));
  return (await change("POST", "/v1/documents", body)).commitment;
}

// Keeps title, reason and papers of a request, and gives the commitment of their text.
async function keepRequest(written) {
  const [title, reason, paper] = ["title", "reason", "paper"].map((name) => written.querySelector(`[name=${name}]`));
  const papers = await Promise.all([...paper.files].map((file) => store(file, file.name, false)));
  const body = JSON.stringify({ title: title.value, reason: reason.value, papers });
  return (await change("POST", "/v1/proposals/texts", body)).commitment;
}

// Has a home registered under a commitment of its own, and gives it.
async function commitHome(home) {
  return (await change("POST", `/v1/register/homes/${home}/commitments`, null)).commitment;
}

// Puts a value where a place leads in the fields of the act.
function put(fields, [...place], value) {
  const last = place.pop();
  place.reduce((inside, name) => inside[name], fields)[last] = value;
}

// Keeps what was written or attached as a document, and puts its commitment where the sheet says.
async function keep(control, fields) {
  const written = () => new Blob([control.value], { type: "text/plain" });
  const file = control.files?.[0];
  const isPublic = "public" in control.dataset;
  const commitment = control.matches("fieldset") ? await keepRequest(control)
    : control.dataset.home ? await commitHome(control.dataset.home)
    : await store(file ?? written(), file?.name ?? control.dataset.name, isPublic);
  const places = [JSON.parse(control.dataset.field), ...JSON.parse(control.dataset.also ?? "[]")];
  places.forEach((place) => put(fields, place, commitment));
}

async function compose() {
  if (sheet.dataset.composed) return JSON.parse(sheet.dataset.composed);
  return call(unsigned.drafts ?? `/v1/acts/${unsigned.act}/drafts`, { method: "POST", body: JSON.stringify(unsigned.fields) });
}

async function begin() {
  const draft = await compose();
  await show(draft);
  const keys = await keysAtHand();
  tell(keys.length ? "" : _("这个浏览器里没有可用的密钥。请先登录，或在“新密钥”那一页做一把。"));
  sheet.querySelector(".signers").replaceChildren(...keys.map((key) => {
    const button = document.createElement("button");
    button.append(withName(_("用 {name} 签名并提交", { name: key.name }), key.name));
    button.addEventListener("click", () => sign(key, draft, button));
    return button;
  }));
}

const unsigned = JSON.parse(sheet.dataset.draft ?? "null");
const form = sheet.querySelector(".writing");

// Back to what was written, which stands as it was left.
function writeAgain() {
  [form.hidden, sheet.querySelector(".ready").hidden] = [false, true];
  form.querySelector("button").disabled = false;
  tell("");
}

async function keepAndShow(event) {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    for (const control of form.querySelectorAll("[data-field]")) await keep(control, unsigned.fields);
    showWritten();
    await begin();
    form.hidden = true;
  } catch (error) {
    tell(error, "bad");
    button.disabled = false;
  }
}

if (form) {
  tell("");
  form.addEventListener("submit", keepAndShow);
  sheet.querySelector(".write-again")?.addEventListener("click", writeAgain);
  form.querySelector("button").disabled = false;
} else {
  await begin().catch((error) => tell(error, "bad"));
}
