// Checking in and out with this phone: signs the event, keeps it, and tells where it stands.

import { unhexed } from "./cose.js";
import { CLOCK, SENT, deliver, phone, record, signedFor } from "./phone.js";
import { _, lang, teller } from "./server.js";

const CHECK_IN = 101;
const CHECK_OUT = 102;
const MANUAL = 9;
// As the pages write a moment, whatever language the browser speaks.
const MOMENT = new Intl.DateTimeFormat({ zh: "zh-CN", en: "en-GB" }[lang], {
  dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Shanghai",
});

const section = document.querySelector("#check-in");
const { task, actor, place, chain, registry } = section.dataset;
const tell = teller(section.querySelector(".status"));
const buttons = [...section.querySelectorAll("button[data-type]")];
const NAMES = { [CHECK_IN]: _("签到"), [CHECK_OUT]: _("签退") };
const MINUTE = 60_000;
// After the page was loaded anew, this much of a visit is uncertain: twice the uncertainty of both moments.
const UNCERTAIN = 4 * CLOCK.uncertaintySeconds * 1000;
const REFUSALS = {
  E_KEY_EXPIRED: _("这部手机的登记那时还没有生效，或已经到期。"),
  E_REVOKED: _("这部手机已注销。"),
  E_SIG: _("签名和这部手机登记的密钥对不上。"),
  E_AAD: _("这条记录是为另一个镇签名的。"),
};

function statusOf({ receipt, message }) {
  if (!receipt) return ["pending", _("已保存在这部手机上，还没有送到。")];
  if (receipt.index !== null) return ["final", _("已记下，编号 {index}。", { index: receipt.index })];
  if (receipt.codes.includes("E_KID_UNKNOWN"))
    return ["pending", _("已收到。这部手机还没有登记好，登记好以后会自动记下。")];
  if (message) return ["pending", _("现在太忙，稍后会再送。记录还保存在这部手机上。")];
  const why = REFUSALS[receipt.codes[0]] ?? receipt.why;
  return ["refused", _("没有记下：{why}请找服务台。", { why })];
}

function row(event) {
  const item = document.createElement("li");
  const when = document.createElement("time");
  when.dateTime = new Date(event.t).toISOString();
  when.textContent = MOMENT.format(event.t);
  const what = document.createElement("strong");
  what.textContent = NAMES[event.type];
  const [tone, text] = statusOf(event);
  const where = document.createElement("p");
  where.className = `stands ${tone}`;
  where.textContent = text;
  item.append(when, what, where);
  return item;
}

// Only what makes sense now stands out: a second check-in changes nothing, a later check-out replaces the one before.
function offer(events) {
  const seen = new Set([...section.dataset.seen.split(" ").filter(Boolean).map(Number), ...events.map(({ type }) => type)]);
  for (const button of buttons) {
    const isIn = Number(button.dataset.type) === CHECK_IN;
    button.disabled = isIn && seen.has(CHECK_IN);
    button.classList.toggle("plain", isIn ? seen.has(CHECK_IN) : !seen.has(CHECK_IN) || seen.has(CHECK_OUT));
  }
}

async function show() {
  const events = await signedFor(task);
  section.querySelector(".signed").replaceChildren(...events.map(row));
  offer(events);
  const isOffline = !navigator.onLine && events.some(({ message }) => message);
  tell(isOffline ? _("现在没有网络。记录已保存在这部手机上，有网络时自动送出。") : "");
}

// Why the volunteer is asked whether to check out now: so early that the visit would earn nothing. Asked once.
let wasAsked = false;
async function doubt(type) {
  if (type !== CHECK_OUT || wasAsked) return "";
  const own = (await signedFor(task)).filter((event) => event.type === CHECK_IN).map(({ t }) => t);
  const times = section.dataset.since ? [...own, section.dataset.since * 1000] : own;
  if (!times.length) return "";
  const least = Number(section.dataset.least);
  const since = Math.min(...times) + UNCERTAIN;
  const minutes = Math.max(0, Math.floor((Date.now() - since) / MINUTE));
  if (minutes >= least) return "";
  wasAsked = true;
  const from = MOMENT.format(since + least * MINUTE);
  return _("现在签退，能算准的只有 {minutes} 分钟，不满 {least} 分钟，不记时长。请到 {from} 以后再签退。真要现在签退，请再按一次。", {
    minutes, least, from,
  });
}

async function press(button) {
  const why = await doubt(Number(button.dataset.type));
  if (why) return tell(why, "bad");
  for (const one of buttons) one.disabled = true;
  try {
    const fields = { task: unhexed(task), actor: unhexed(actor), place: place ? unhexed(place) : undefined, method: MANUAL };
    await record(Number(button.dataset.type), fields, { chain: Number(chain), registry: unhexed(registry) });
    await show();
    await deliver();
  } catch (error) {
    await show();
    tell(error, "bad");
  }
}

async function begin() {
  if (!(await phone())) {
    section.querySelector(".no-phone").hidden = false;
    return;
  }
  section.querySelector(".has-phone").hidden = false;
  for (const button of buttons) button.addEventListener("click", () => press(button));
  document.addEventListener(SENT, show);
  for (const name of ["online", "offline"]) window.addEventListener(name, show);
  await show();
}

await begin().catch((error) => tell(error, "bad"));
