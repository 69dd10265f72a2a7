// Keys that can sign here: the throw-away key of a person of the demo town, kept for this tab only, a passkey of this device, or a
// wallet of the browser (EIP-6963). A key is { name, address(), signText(text), signTypedData(typedData) }.

import { passkeysAtHand } from "./passkey.js";
import { _ } from "./server.js";

const DEMO = "gongji.demo";
const ANNOUNCE_MILLISECONDS = 300;

export function rememberDemoPerson(person) {
  sessionStorage.setItem(DEMO, JSON.stringify(person));
}

export function forgetDemoPerson() {
  sessionStorage.removeItem(DEMO);
}

export async function keysAtHand() {
  const demo = sessionStorage.getItem(DEMO);
  return [...(demo ? [demoKey(JSON.parse(demo))] : []), ...passkeysAtHand(), ...(await wallets()).map(walletKey)];
}

export function demoKey(person) {
  const wallet = async () => new (await import("./ethers.min.js")).Wallet(person.key);
  return {
    name: person.name,
    address: async () => (await wallet()).address,
    signText: async (text) => (await wallet()).signMessage(text),
    signTypedData: async (typedData) => {
      const { EIP712Domain: domain, ...types } = typedData.types;
      return (await wallet()).signTypedData(typedData.domain, types, typedData.message);
    },
  };
}

function walletKey({ info, provider: wallet }) {
  // What a wallet says of its refusal is in a language of its own.
  const provider = {
    request: (question) => wallet.request(question).catch(() => {
      throw new Error(_("{name} 没有签名，什么也没有提交。", { name: info.name }));
    }),
  };
  const account = async () => (await provider.request({ method: "eth_requestAccounts" }))[0];
  return {
    name: info.name,
    address: account,
    signText: async (text) => provider.request({ method: "personal_sign", params: [hex(text), await account()] }),
    signTypedData: async (typedData) =>
      provider.request({ method: "eth_signTypedData_v4", params: [await account(), JSON.stringify(typedData)] }),
  };
}

async function wallets() {
  const found = new Map();
  const take = (event) => found.set(event.detail.info.uuid, event.detail);
  window.addEventListener("eip6963:announceProvider", take);
  window.dispatchEvent(new Event("eip6963:requestProvider"));
  await new Promise((done) => setTimeout(done, ANNOUNCE_MILLISECONDS));
  window.removeEventListener("eip6963:announceProvider", take);
  return [...found.values()];
}

function hex(text) {
  const bytes = new TextEncoder().encode(text);
  return "0x" + [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
