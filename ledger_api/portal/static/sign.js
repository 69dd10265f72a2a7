// The sign sheet: shows what the server composed, field by field, and has a key sign exactly that.

import { call, keysAtHand, words } from "./keys.js";

const sheet = document.querySelector("#sign");
const lang = sheet.dataset.lang;
const t = words(lang);
const status = sheet.querySelector(".status");
const ASK_AGAIN_MILLISECONDS = 700;

function tell(text, tone = "") {
  status.textContent = text;
  status.className = `status ${tone}`;
}

function show(draft) {
  sheet.querySelector(".title").textContent = draft.title;
  sheet.querySelector(".sum").textContent = draft.lines.find(({ name }) => name === "amount")?.value ?? "";
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
  sheet.querySelector(".words").textContent = draft.words_zh.join("");
  sheet.querySelector(".words.en").textContent = draft.words_en.join(" ");
  sheet.querySelector(".ready").hidden = false;
}

async function follow(id) {
  for (;;) {
    const command = await call(`/v1/commands/${id}`, {}, lang);
    if (command.standing === "refused") throw new Error(`${command.refusal.what[lang]}\n${command.refusal.why[lang]}`);
    if (command.standing !== "pending") return command;
    await new Promise((done) => setTimeout(done, ASK_AGAIN_MILLISECONDS));
  }
}

async function sign(key, draft, button) {
  button.disabled = true;
  try {
    const signature = await key.signTypedData(draft.typed_data);
    const body = JSON.stringify({ typed_data: draft.typed_data, signatures: [signature] });
    const headers = { "content-type": "application/json", "idempotency-key": draft.digest };
    const accepted = await call("/v1/intents", { method: "POST", body, headers }, lang);
    tell(t("已提交，正在入账…", "Submitted; being recorded…"));
    const command = await follow(accepted.id);
    tell(t(`已入账，存证 ${command.block_number}`, `Recorded in block ${command.block_number}`), "good");
  } catch (error) {
    tell(error.message, "bad");
    button.disabled = false;
  }
}

// Stores the reasons of an objection as a public document; what is signed names its commitment.
async function store(text) {
  const session = await call("/v1/sessions/current", {}, lang);
  const body = new FormData();
  body.append("file", new Blob([text], { type: "text/plain" }), "objection.txt");
  body.append("public", "true");
  return call("/v1/documents", { method: "POST", body, headers: { "x-csrf-token": session.csrf_token } }, lang);
}

async function begin(wanted) {
  const draft = await call("/v1/intents/drafts", { method: "POST", body: JSON.stringify(wanted) }, lang);
  show(draft);
  const keys = await keysAtHand();
  tell(keys.length ? "" : t("这个浏览器里没有可用的密钥。请先登录，或安装钱包。", "No key at hand. Sign in first, or install a wallet."));
  for (const key of keys) {
    const button = document.createElement("button");
    button.textContent = t(`用 ${key.name} 签名并提交`, `Sign and submit with ${key.name}`);
    button.addEventListener("click", () => sign(key, draft, button));
    sheet.querySelector(".signers").append(button);
  }
}

const wanted = JSON.parse(sheet.dataset.draft);
const reasons = sheet.querySelector(".reasons");
if (reasons) {
  tell("");
  reasons.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      wanted.fields.evidence = (await store(reasons.elements.reasons.value)).commitment;
      reasons.hidden = true;
      await begin(wanted);
    } catch (error) {
      tell(error.message, "bad");
    }
  });
} else {
  await begin(wanted).catch((error) => tell(error.message, "bad"));
}
