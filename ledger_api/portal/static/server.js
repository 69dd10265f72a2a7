// What the scripts of the pages share: the reader's language, the line that tells how it goes, and calls of the API.
// A button that needs its script is disabled in the page, and enabled by the script once it listens.

export const lang = document.documentElement.lang.startsWith("en") ? "en" : "zh";
const LOCALES = { zh: "zh-CN", en: "en-GB" };
const messages = JSON.parse(document.querySelector("#messages").textContent);

// A message in the reader's language, with the town's words; in Chinese, as it stands in the scripts, if the page has no other.
export const _ = (message, values = {}) =>
  (messages[message] ?? message).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// A moment in the time of the town, or only its time of day.
export const moment = (when) => new Date(when).toLocaleString(LOCALES[lang], { timeZone: "Asia/Shanghai" });
const timeOfDay = (when) => new Date(when).toLocaleTimeString(LOCALES[lang], { timeZone: "Asia/Shanghai" });

export const teller = (status) => (text, tone = "") => {
  status.textContent = text;
  status.className = `status ${tone}`;
  // The button may stand a screen below.
  status.scrollIntoView({ block: "nearest" });
};

// A problem of the API as one sentence per line: what, why, what to do, and the rule with its values.
export async function call(address, options = {}) {
  const response = await fetch(address, { headers: { "content-type": "application/json" }, ...options });
  const answer = response.status === 204 ? null : await response.json();
  if (response.ok) return answer;
  const parts = answer.what ? [answer.what, answer.why, answer.remedy].map((part) => part[lang] ?? part.zh) : [answer.title];
  throw new Error([...parts, `${answer.code}: ${answer.detail}`].join("\n"));
}

// Changes something as whoever is signed in.
export async function change(method, address, body) {
  const session = await call("/v1/sessions/current");
  const type = typeof body === "string" ? { "content-type": "application/json" } : {};
  return call(address, { method, body, headers: { "x-csrf-token": session.csrf_token, ...type } });
}

const ASK_AGAIN_MILLISECONDS = 700;

async function follow(id) {
  for (;;) {
    const command = await call(`/v1/commands/${id}`);
    if (command.status === "refused") throw new Error(`${command.refusal.what[lang]}\n${command.refusal.why[lang]}`);
    if (command.status !== "pending") return command;
    await new Promise((done) => setTimeout(done, ASK_AGAIN_MILLISECONDS));
  }
}

// Tells that a command was accepted, and its code once it is recorded.
export async function recorded(accepted, tell, meanwhile = "") {
  const since = timeOfDay(accepted.accepted_at);
  tell(_("已于 {since} 提交，正在入账。{meanwhile}", { since, meanwhile }));
  const command = await follow(accepted.id);
  // As Verify takes it: the number alone would be that of a transfer.
  const code = `${command.block_number}-${command.transaction_hash.slice(2, 10)}`;
  tell(_("已入账，收据编号 {code}", { code }), "good");
}
