// This browser as a phone that signs events (docs/service-events.md): a key that cannot leave the browser, its counters, and
// the events that the town has not acknowledged yet. All of it is in IndexedDB: an event is there before it is sent, and its
// message stays until a receipt says that it may be forgotten.

import { hex, payloadOf, prove, sha256, sign } from "./cose.js";

const DATABASE = "gongji.phone";
const P256 = { name: "ECDSA", namedCurve: "P-256" };
// Most messages that the town takes at once.
const MOST = 256;
const KEPT_MILLISECONDS = 30 * 24 * 3600 * 1000;
const ASK_AGAIN_SECONDS = 60;
// Class 1, the least that has a wall clock: a page is not told when or from where its clock was set. Phones set theirs from the
// network and are right to a second or so, but one that was set by hand is right to half a minute.
export const CLOCK = { class: 1, uncertaintySeconds: 30 };

// Said to the page after each attempt to send.
export const SENT = "phone-sent";

const answered = (request) =>
  new Promise((done, fail) => {
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });

const finished = (transaction) =>
  new Promise((done, fail) => {
    transaction.oncomplete = done;
    transaction.onabort = () => fail(transaction.error);
  });

let opened;
function database() {
  opened ??= new Promise((done, fail) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("phone");
      request.result.createObjectStore("events", { keyPath: "seq" });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => fail(request.error);
  });
  return opened;
}

// What is written is on the disk when its transaction is complete, also if the battery is empty a moment later.
async function begin(mode) {
  return (await database()).transaction(["phone", "events"], mode, { durability: "strict" });
}

// Device id and public key of this phone; undefined if it has none yet.
export async function phone() {
  return answered((await begin("readonly")).objectStore("phone").get("key"));
}

// Makes the key, unless another tab has made one meanwhile.
export async function makePhone() {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(P256, false, ["sign"]);
  const point = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)).slice(1);
  const device = (await sha256(point)).slice(0, 8);
  const transaction = await begin("readwrite");
  const store = transaction.objectStore("phone");
  if (!(await answered(store.getKey("key")))) {
    store.put({ privateKey, device, point }, "key");
    store.put({ seq: 0, boot: 0, load: null, prev: undefined }, "counters");
  }
  await finished(transaction);
  // So that the browser does not clear it away when it needs room; it may say no.
  await navigator.storage.persist();
  return phone();
}

// That the owner holds its key: without it nobody enrols the phone.
export const possession = ({ privateKey }, owner, domain) => prove(owner, privateKey, domain);

// This load of the page. Its monotonic counter began with it, so it is a boot of its own.
let load = newLoad();

function newLoad() {
  return { id: hex(crypto.getRandomValues(new Uint8Array(16))), wall: Date.now(), mono: performance.now() };
}

// Capture time. Some browsers' counter stands still while the phone sleeps. One that disagrees with the wall clock by more than
// what the wall clock may be wrong is taken for lost, and a new boot begins.
function now() {
  const [wall, mono] = [Date.now(), performance.now()];
  const apart = Math.abs(wall - load.wall - (mono - load.mono));
  if (apart > CLOCK.uncertaintySeconds * 1000) load = newLoad();
  return { t: wall, mono: Math.max(0, Math.floor(mono - load.mono)), load: load.id };
}

// Signs an event and keeps it. Signing cannot be part of a transaction of IndexedDB; so if another tab has used the seq meanwhile,
// nothing is kept, and what was signed is thrown away and signed again with the next.
export async function record(type, { task, actor, place, method }, domain) {
  const captured = now();
  for (;;) {
    const transaction = await begin("readonly");
    const [key, counters] = await Promise.all(
      ["key", "counters"].map((name) => answered(transaction.objectStore("phone").get(name))),
    );
    // After another load signed, this one's boot would be lower than the last.
    const boot = counters.load === captured.load ? counters.boot : counters.boot + 1;
    const { seq, prev } = counters;
    const event = {
      id: uuid7(captured.t), dev: key.device, boot, seq, t: captured.t, cq: CLOCK.class, cu: CLOCK.uncertaintySeconds,
      mono: captured.mono, type, task, actor, place, m: new Map([[1, method]]), prev,
    };
    const payload = payloadOf(event);
    const message = await sign(payload, key.device, key.privateKey, domain);
    const next = { seq: seq + 1, boot, load: captured.load, prev: await sha256(payload) };
    if (await keep({ seq, type, task: hex(task), t: captured.t, message }, next)) return;
  }
}

async function keep(event, next) {
  const transaction = await begin("readwrite");
  const store = transaction.objectStore("phone");
  const isNext = (await answered(store.get("counters"))).seq === event.seq;
  if (isNext) {
    transaction.objectStore("events").add(event);
    store.put(next, "counters");
  }
  await finished(transaction);
  return isNext;
}

// What this phone signed for a task, in order: { seq, type, task, t }, `message` until it may be forgotten, `receipt` if there is one.
export async function signedFor(task) {
  const all = await answered((await begin("readonly")).objectStore("events").getAll());
  return all.filter((event) => event.task === task);
}

// Sends what was not acknowledged, in order of seq, and notes the receipts. Returns after how many seconds to try again.
export async function deliver() {
  const all = await answered((await begin("readonly")).objectStore("events").getAll());
  const waiting = all.filter(({ message }) => message).slice(0, MOST);
  if (!waiting.length) return ASK_AGAIN_SECONDS;
  const { receipts, seconds } = await handIn(waiting.map(({ message }) => message));
  await note(await receiptBySeq(waiting, receipts));
  document.dispatchEvent(new Event(SENT));
  return seconds;
}

async function handIn(messages) {
  try {
    const headers = { "content-type": "application/cbor-seq" };
    const response = await fetch("/v1/events", { method: "POST", headers, body: new Blob(messages) });
    const seconds = Number(response.headers.get("retry-after")) || ASK_AGAIN_SECONDS;
    return { receipts: response.ok ? (await response.json()).receipts : [], seconds };
  } catch {
    // No network, or somebody else answers in the town's place, such as the sign-in page of a hotel.
    return { receipts: [], seconds: ASK_AGAIN_SECONDS };
  }
}

// A receipt counts for the message that it names.
async function receiptBySeq(sent, receipts) {
  const byHash = new Map(receipts.map((receipt) => [receipt.message_hash, receipt]));
  const found = await Promise.all(sent.map(async ({ seq, message }) => [seq, byHash.get(hex(await sha256(message)))]));
  return found.filter(([, receipt]) => receipt);
}

async function note(receipts) {
  const transaction = await begin("readwrite");
  const store = transaction.objectStore("events");
  const kept = await answered(store.getAll());
  // What another tab had acknowledged meanwhile has no message any more; its receipt is the one that counts.
  const stillKept = new Map(kept.filter(({ message }) => message).map((event) => [event.seq, event]));
  for (const [seq, receipt] of receipts) if (stillKept.has(seq)) store.put(receipted(stillKept.get(seq), receipt));
  const old = kept.filter(({ message, t }) => !message && t < Date.now() - KEPT_MILLISECONDS);
  for (const { seq } of old) store.delete(seq);
  await finished(transaction);
}

function receipted({ message, ...event }, { outcome, codes, index, why, may_forget: mayForget }) {
  return { ...event, receipt: { outcome, codes, index, why }, ...(mayForget ? {} : { message }) };
}

// UUIDv7 (RFC 9562 §5.7).
function uuid7(milliseconds) {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint16(0, Math.floor(milliseconds / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, milliseconds % 2 ** 32);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return bytes;
}
