// Makes this phone's key, and shows what the device registrar needs to know of it.

import { hex, unhexed } from "./cose.js";
import { makePhone, phone, possession } from "./phone.js";
import { _, teller } from "./server.js";

const section = document.querySelector("#phone");
const button = section.querySelector("button");
const tell = teller(section.querySelector(".status"));

const { owner, chain, registry } = section.dataset;

async function show(key) {
  const proof = await possession(key, unhexed(owner), { chain: Number(chain), registry: unhexed(registry) });
  location.replace(`/phones?key=${hex(key.point)}&owner=${owner}&proof=${hex(proof)}`);
}

async function begin() {
  if (!window.isSecureContext) throw new Error(_("浏览器只在 https 网址上保管密钥。请用 https 打开本页。"));
  const found = await phone();
  if (found) return show(found);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      await show(await makePhone());
    } catch (error) {
      tell(error, "bad");
      button.disabled = false;
    }
  });
  button.disabled = false;
}

await begin().catch((error) => tell(error, "bad"));
