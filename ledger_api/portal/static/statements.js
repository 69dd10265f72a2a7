// Imports a bank statement, and shows its lines; or tells which rule and line stand against it.

import { _, change, teller } from "./server.js";

const form = document.querySelector("#import");
const button = form.querySelector("button");
const tell = teller(document.querySelector(".status"));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  tell(_("正在核对每一行…"));
  try {
    const statement = await change("POST", "/v1/statements", new FormData(form));
    location.assign(`/statements/${statement.id}`);
  } catch (error) {
    tell(error, "bad");
    button.disabled = false;
  }
});
button.disabled = false;
