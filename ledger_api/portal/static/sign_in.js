// Signing in: the server composes a text, a key signs it, the server opens a session.

import { demoKey, keysAtHand, rememberDemoPerson } from "./keys.js";
import { _, call, teller } from "./server.js";

const tell = teller(document.querySelector(".status"));

async function signIn(key, next) {
  try {
    tell(_("正在登录…"));
    const body = JSON.stringify({ address: await key.address() });
    const { text } = await call("/v1/sessions/challenges", { method: "POST", body });
    const signature = await key.signText(text);
    await call("/v1/sessions", { method: "POST", body: JSON.stringify({ text, signature }) });
    location.assign(next);
  } catch (error) {
    tell(error, "bad");
  }
}

for (const button of document.querySelectorAll(".demo-person")) {
  button.addEventListener("click", () => {
    const person = JSON.parse(button.dataset.person);
    rememberDemoPerson(person);
    signIn(demoKey(person), person.home ?? "/me/day");
  });
  button.disabled = false;
}

// The form stands in the place of a page that needs it: whoever signed in goes on there.
const signers = document.querySelector("#sign-in .signers");
if (signers) {
  for (const key of await keysAtHand()) {
    const button = document.createElement("button");
    button.textContent = _("用 {name} 登录", { name: key.name });
    button.addEventListener("click", () => signIn(key, location.href));
    signers.append(button);
  }
}
