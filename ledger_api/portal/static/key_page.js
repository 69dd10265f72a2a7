// The page of one's keys: makes a passkey or finds one again, and has each key of this browser sign for which member it is held.

import { findPasskey } from "./found_passkey.js";
import { keysAtHand } from "./keys.js";
import { elsewhere, makePasskey } from "./passkey.js";
import { _, teller } from "./server.js";

const page = document.querySelector("#keys");
const { domain, verifier, town, possession } = page.dataset;
const buttons = [[page.querySelector("#make"), makePasskey], [page.querySelector("#find"), findPasskey]];
const tell = teller(page.querySelector(".status"));

async function copy(field, tellOfKey) {
  try {
    await navigator.clipboard.writeText(field.value);
    tellOfKey(_("已复制。"), "good");
  } catch {
    field.select();
    tellOfKey(_("请自己复制：已经选中了。"));
  }
}

// Shows a text with its button to copy it.
function offer(item, name, text, tellOfKey) {
  const field = item.querySelector(`.${name}`), place = field.closest(".copied");
  field.value = text;
  place.hidden = false;
  place.querySelector(".copy").onclick = () => copy(field, tellOfKey);
}

// The key signs that it is held for a member; Members takes it only if it did.
async function prove(key, item, tellOfKey) {
  const button = item.querySelector("form button");
  button.disabled = true;
  try {
    const typedData = JSON.parse(possession);
    // Without a member it stays as it is: nobody's, for the key of an office.
    const member = item.querySelector("[name=member]").value.trim().toLowerCase();
    if (member) typedData.message.member = member;
    offer(item, "possession", await key.signTypedData(typedData), tellOfKey);
    offer(item, "address", await key.address(), tellOfKey);
    tellOfKey(_("签好了。请把密钥编号和持有证明发给登记处。"), "good");
  } catch (error) {
    tellOfKey(error, "bad");
  }
  button.disabled = false;
}

async function entryOf(key) {
  const item = page.querySelector("#key").content.cloneNode(true).firstElementChild;
  const tellOfKey = teller(item.querySelector(".status"));
  item.querySelector("h3").textContent = key.name;
  item.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    prove(key, item, tellOfKey);
  });
  if (key.forget) {
    // A wallet would ask first whether this page may know its address.
    offer(item, "address", await key.address(), tellOfKey);
    const forget = item.querySelector(".forget");
    forget.hidden = false;
    forget.querySelector("button").addEventListener("click", () => {
      key.forget();
      show();
    });
  }
  return item;
}

async function show() {
  const keys = await keysAtHand();
  page.querySelector(".none").hidden = keys.length > 0;
  page.querySelector(".some").hidden = !keys.length;
  page.querySelector("#at-hand").replaceChildren(...(await Promise.all(keys.map(entryOf))));
}

for (const [button, bring] of buttons) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const done = await bring({ domain, verifier, town });
      await show();
      tell(done, "good");
    } catch (error) {
      tell(error, "bad");
    }
    button.disabled = false;
  });
}

// A page with another name cannot make what works here: better said before anybody tries.
if (`.${location.hostname}`.endsWith(`.${domain}`)) {
  for (const [button] of buttons) button.disabled = false;
} else {
  const there = new URL(location.href), link = page.querySelector("#there");
  there.hostname = domain;
  link.querySelector("a").href = there.href;
  link.hidden = false;
  tell(elsewhere(domain), "bad");
}
await show();
