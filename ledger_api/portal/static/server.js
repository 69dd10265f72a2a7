// What the scripts of the pages share: the reader's language, the line that tells how it goes, and calls of the API.
// A button that needs its script is disabled in the page, and enabled by the script once it listens.

export const words = (lang) => (zh, en) => (lang === "en" ? en : zh);

export const teller = (status) => (text, tone = "") => {
  status.textContent = text;
  status.className = `status ${tone}`;
  // The button may stand a screen below.
  status.scrollIntoView({ block: "nearest" });
};

// A problem of the API as one sentence per line: what, why, what to do, and the rule with its values.
export async function call(address, options = {}, lang = "zh") {
  const response = await fetch(address, { headers: { "content-type": "application/json" }, ...options });
  const answer = response.status === 204 ? null : await response.json();
  if (response.ok) return answer;
  const parts = answer.what ? [answer.what, answer.why, answer.remedy].map((part) => part[lang] ?? part.zh) : [answer.title];
  throw new Error([...parts, `${answer.code}: ${answer.detail}`].join("\n"));
}

// Changes something as whoever is signed in.
export async function change(method, address, body, lang) {
  const session = await call("/v1/sessions/current", {}, lang);
  const type = typeof body === "string" ? { "content-type": "application/json" } : {};
  return call(address, { method, body, headers: { "x-csrf-token": session.csrf_token, ...type } }, lang);
}

const ASK_AGAIN_MILLISECONDS = 700;

async function follow(id, lang) {
  for (;;) {
    const command = await call(`/v1/commands/${id}`, {}, lang);
    if (command.standing === "refused") throw new Error(`${command.refusal.what[lang]}\n${command.refusal.why[lang]}`);
    if (command.standing !== "pending") return command;
    await new Promise((done) => setTimeout(done, ASK_AGAIN_MILLISECONDS));
  }
}

// Tells that a command was accepted, and its code once it is recorded.
export async function recorded(accepted, tell, lang, meanwhile = "") {
  const t = words(lang);
  const since = new Date(accepted.accepted_at).toLocaleTimeString(t("zh-CN", "en"), { timeZone: "Asia/Shanghai" });
  tell(t(`已于 ${since} 提交，正在入账。${meanwhile}`, `Submitted at ${since}; being recorded. ${meanwhile}`));
  const command = await follow(accepted.id, lang);
  // As Verify takes it: the number alone would be that of a transfer.
  const code = `${command.block_number}-${command.transaction_hash.slice(2, 10)}`;
  tell(t(`已入账，存证 ${code}`, `Recorded as ${code}`), "good");
}
