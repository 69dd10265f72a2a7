// The sheet of an office: shows the text that the server composed, and has the office's key sign exactly that.

import { keysAtHand } from "./keys.js";
import { _, call, leadToSigned, teller, withName } from "./server.js";

const sheet = document.querySelector("#order");
const { act, fields } = sheet.dataset;
const tell = teller(sheet.querySelector(".status"));
const address = `/v1/acts/${act}/orders`;

async function sign(key, text, button) {
  button.disabled = true;
  try {
    const body = JSON.stringify({ text, signature: await key.signText(text) });
    leadToSigned(await call(address, { method: "POST", body }));
  } catch (error) {
    tell(error, "bad");
    button.disabled = false;
  }
}

async function begin() {
  const { text } = await call(`${address}/drafts`, { method: "POST", body: fields });
  sheet.querySelector(".text").textContent = text;
  const keys = await keysAtHand();
  tell(keys.length ? "" : _("这个浏览器里没有可用的密钥。请先登录，或在“新密钥”那一页做一把。"));
  for (const key of keys) {
    const button = document.createElement("button");
    button.append(withName(_("用 {name} 签名并办理", { name: key.name }), key.name));
    button.addEventListener("click", () => sign(key, text, button));
    sheet.querySelector(".signers").append(button);
  }
}

await begin().catch((error) => tell(error, "bad"));
