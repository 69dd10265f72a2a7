// Buttons that need no signature: each changes something as whoever is signed in, and shows the page anew.

import { change, teller } from "./server.js";

for (const button of document.querySelectorAll("button[data-method]")) {
  const section = button.closest("section");
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await change(button.dataset.method, button.dataset.address);
      location.reload();
    } catch (error) {
      teller(section.querySelector(".status"))(error, "bad");
      button.disabled = false;
    }
  });
  button.disabled = false;
}
