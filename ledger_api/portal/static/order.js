// The sheet of an office: shows the text that the server composed, and has the office's key sign exactly that.

import { keysAtHand } from "./keys.js";
import { call, recorded, teller, words } from "./server.js";

const sheet = document.querySelector("#order");
const { act, fields, lang } = sheet.dataset;
const t = words(lang);
const tell = teller(sheet.querySelector(".status"));
const address = `/v1/acts/${act}/orders`;

async function sign(key, text, button) {
  button.disabled = true;
  try {
    const body = JSON.stringify({ text, signature: await key.signText(text) });
    await recorded(await call(address, { method: "POST", body }, lang), tell, lang);
  } catch (error) {
    tell(error.message, "bad");
    button.disabled = false;
  }
}

async function begin() {
  const { text } = await call(`${address}/drafts`, { method: "POST", body: fields }, lang);
  sheet.querySelector(".text").textContent = text;
  const keys = await keysAtHand();
  tell(keys.length ? "" : t("这个浏览器里没有可用的密钥。请先登录，或安装钱包。", "No key at hand. Sign in first, or install a wallet."));
  for (const key of keys) {
    const button = document.createElement("button");
    button.textContent = t(`用 ${key.name} 签名并办理`, `Sign and order with ${key.name}`);
    button.addEventListener("click", () => sign(key, text, button));
    sheet.querySelector(".signers").append(button);
  }
}

await begin().catch((error) => tell(error.message, "bad"));
