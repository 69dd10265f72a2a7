// What the scripts of the pages share: the reader's language, the line that tells how it goes, and calls of the API.
// A button that needs its script is disabled in the page, and enabled by the script once it listens.

export const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
const messages = JSON.parse(document.querySelector("#messages").textContent);

// A message in the reader's language, with the town's words; in Chinese, as it stands in the scripts, if the page has no other.
export const _ = (message, values = {}) =>
  (messages[message] ?? message).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// Tells how it goes, in a sentence; or what went wrong, by an error, whose code stands small at the end.
export const teller = (status) => (text, tone = "") => {
  status.textContent = text.message ?? text;
  status.className = `status ${tone}`;
  if (text instanceof Refusal && text.code) {
    const code = document.createElement("small");
    [code.className, code.lang, code.textContent] = ["code", "en", text.code];
    status.append("\n", code);
  }
  // The button may stand a screen below.
  status.scrollIntoView({ block: "nearest" });
};

// A refusal: what, why and what to do, a sentence per line; its code is for whoever helps.
class Refusal extends Error {
  constructor(sentences, code) {
    super(sentences.join("\n"));
    this.code = code;
  }
}

async function answerOf(address, options) {
  const headers = { "content-type": "application/json" };
  const response = await fetch(address, { headers, ...options }).catch(() => {
    throw new Refusal([_("没有连上网。"), _("请看看网络，再试一次。")], "");
  });
  const text = await response.text();
  try {
    return [response, text && JSON.parse(text)];
  } catch {
    throw new Refusal([_("系统现在没有答复。"), _("请等一会儿再试。")], `HTTP ${response.status}`);
  }
}

// What the API answers.
export async function call(address, options = {}) {
  const [response, answer] = await answerOf(address, options);
  if (response.ok) return answer;
  const { what, why, remedy, code, detail } = answer;
  throw new Refusal([what, why, remedy].map((part) => part[lang]), `${code}: ${detail}`);
}

// Changes something as whoever is signed in.
export async function change(method, address, body) {
  const session = await call("/v1/sessions/current");
  const type = typeof body === "string" ? { "content-type": "application/json" } : {};
  return call(address, { method, body, headers: { "x-csrf-token": session.csrf_token, ...type } });
}

// Leads to what became of a signature. The sheet is left behind, so that nobody signs twice by going back.
// A sentence with a name that stays on one line.
export function withName(text, name) {
  const sentence = document.createElement("span"), kept = document.createElement("span"), at = text.indexOf(name);
  kept.className = "kept";
  kept.textContent = name;
  sentence.append(text.slice(0, at), kept, text.slice(at + name.length));
  return sentence;
}

export const leadToSigned = (command) => location.replace(`/signed/${command.id}`);
