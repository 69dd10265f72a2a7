// The sign sheet: shows what the server composed, field by field, and has a key sign exactly that.

import { keysAtHand } from "./keys.js";
import { _, call, change, lang, recorded, teller } from "./server.js";

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

async function show(draft) {
  await nameFields(draft);
  sheet.querySelector(".title").textContent = draft.title;
  const lines = sheet.querySelector(".lines");
  for (const { name, value } of draft.lines) {
    const row = document.createElement("div");
    for (const [tag, text] of [["dt", name], ["dd", value]]) {
      const cell = document.createElement(tag);
      cell.textContent = text;
      row.append(cell);
    }
    lines.append(row);
  }
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
    if (accepted.draft) return location.assign(`/drafts/${accepted.draft.proposal_id}`);
    await recorded(accepted, tell, _("可以离开本页，在“我的”里看结果。"));
    await readAgain();
  } catch (error) {
    tell(error.message, "bad");
    button.disabled = false;
  }
}

// What stands beside the sheet, such as how many approved, is of before the signature.
async function readAgain() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const now = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = now.querySelector("#read");
  if (fresh) document.querySelector("#read").replaceWith(fresh);
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

// Keeps what was written or attached as a document, and puts its commitment where the sheet says.
async function keep(control, fields) {
  const written = () => new Blob([control.value], { type: "text/plain" });
  const file = control.files?.[0];
  const isPublic = "public" in control.dataset;
  const commitment = control.matches("fieldset") ? await keepRequest(control)
    : control.dataset.home ? await commitHome(control.dataset.home)
    : await store(file ?? written(), file?.name ?? control.dataset.name, isPublic);
  const place = JSON.parse(control.dataset.field);
  const last = place.pop();
  place.reduce((inside, name) => inside[name], fields)[last] = commitment;
}

async function compose() {
  if (sheet.dataset.composed) return JSON.parse(sheet.dataset.composed);
  return call(`/v1/acts/${unsigned.act}/drafts`, { method: "POST", body: JSON.stringify(unsigned.fields) });
}

async function begin() {
  const draft = await compose();
  await show(draft);
  const keys = await keysAtHand();
  tell(keys.length ? "" : _("这个浏览器里没有可用的密钥。请先登录，或安装钱包。"));
  for (const key of keys) {
    const button = document.createElement("button");
    button.textContent = _("用 {name} 签名并提交", { name: key.name });
    button.addEventListener("click", () => sign(key, draft, button));
    sheet.querySelector(".signers").append(button);
  }
}

const unsigned = JSON.parse(sheet.dataset.draft ?? "null");
const form = sheet.querySelector(".writing");
if (form) {
  const button = form.querySelector("button");
  tell("");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      for (const control of form.querySelectorAll("[data-field]")) await keep(control, unsigned.fields);
      form.hidden = true;
      await begin();
    } catch (error) {
      tell(error.message, "bad");
      button.disabled = false;
    }
  });
  button.disabled = false;
} else {
  await begin().catch((error) => tell(error.message, "bad"));
}
