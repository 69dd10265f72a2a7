// On every page of whoever is signed in: sends what this phone has signed and the town has not acknowledged, now, when the
// network is back, and again from time to time.

import { deliver } from "./phone.js";

let next;
async function send() {
  clearTimeout(next);
  const seconds = await deliver();
  clearTimeout(next);
  next = setTimeout(send, seconds * 1000);
}

window.addEventListener("online", send);
await send();
