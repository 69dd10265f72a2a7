// Signing out, for whoever uses a telephone together with others.

import { forgetDemoPerson } from "./keys.js";
import { change, teller } from "./server.js";

const button = document.querySelector("#sign-out");

button.addEventListener("click", async () => {
  try {
    await change("DELETE", "/v1/sessions/current");
    forgetDemoPerson();
    location.assign("/");
  } catch (error) {
    teller(document.querySelector(".status"))(error, "bad");
  }
});
button.disabled = false;
