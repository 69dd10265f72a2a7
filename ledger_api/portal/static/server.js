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
  const told = response.status === 204 ? null : await response.json();
  if (response.ok) return told;
  const parts = told.what ? [told.what, told.why, told.remedy].map((part) => part[lang] ?? part.zh) : [told.title];
  throw new Error([...parts, `${told.code}: ${told.detail}`].join("\n"));
}

// Changes something as whoever is signed in.
export async function change(method, address, body, lang) {
  const session = await call("/v1/sessions/current", {}, lang);
  const type = typeof body === "string" ? { "content-type": "application/json" } : {};
  return call(address, { method, body, headers: { "x-csrf-token": session.csrf_token, ...type } }, lang);
}
