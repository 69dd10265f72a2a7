// Signed events, as docs/service-events.md §1 has them: what an event holds as deterministic CBOR (RFC 8949 §4.2.1), and the
// COSE_Sign1 message around it (RFC 9052) with ESP256, bound to one deployment by external data.

const KEYS = { v: 1, id: 2, dev: 3, boot: 4, seq: 5, t: 6, cq: 7, cu: 8, mono: 9, type: 10, task: 11, actor: 12, place: 13, m: 14, prev: 15 };
const VERSION = 1;
const ESP256 = -9;
const TAG_SIGN1 = Uint8Array.of(0xd2);
// Of P-256.
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const ECDSA = { name: "ECDSA", hash: "SHA-256" };

export const hex = (bytes) => "0x" + [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export const unhexed = (text) => Uint8Array.from(text.slice(2).match(/../g) ?? [], (pair) => parseInt(pair, 16));

export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// Integers, byte strings, texts, arrays, and maps whose keys are unsigned integers, so that byte order and numeric order agree.
export function encode(value) {
  if (value instanceof Uint8Array) return joined(head(2, value.length), value);
  if (typeof value === "string") return encodeText(new TextEncoder().encode(value));
  if (Array.isArray(value)) return joined(head(4, value.length), ...value.map(encode));
  if (value instanceof Map) return joined(head(5, value.size), ...[...value].sort(([a], [b]) => a - b).flat().map(encode));
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

const encodeText = (bytes) => joined(head(3, bytes.length), bytes);

// The payload of an event, from its fields by their names in the CDDL; what is undefined is left out.
export function payloadOf(event) {
  const fields = Object.entries({ v: VERSION, ...event }).filter(([, value]) => value !== undefined);
  return encode(new Map(fields.map(([name, value]) => [KEYS[name], value])));
}

// The message of a payload. WebCrypto's signature is r || s already.
export async function sign(payload, device, privateKey, domain) {
  const header = encode(new Map([[1, ESP256], [4, device]]));
  const signed = encode(["Signature1", header, externalData(domain), payload]);
  const signature = new Uint8Array(await crypto.subtle.sign(ECDSA, privateKey, signed));
  return joined(TAG_SIGN1, encode([header, new Map(), payload, signature]));
}

// What enrols a phone as a member's: r || s over another text than any event's, with s in the lower half, as the chain asks.
export async function prove(owner, privateKey, domain) {
  const signed = joined(new TextEncoder().encode("gongji/phone/1"), deployment(domain), owner);
  const signature = new Uint8Array(await crypto.subtle.sign(ECDSA, privateKey, signed));
  const s = BigInt(hex(signature.slice(32)));
  const lower = s > ORDER / 2n ? ORDER - s : s;
  return joined(signature.slice(0, 32), unhexed("0x" + lower.toString(16).padStart(64, "0")));
}

const externalData = (domain) => joined(new TextEncoder().encode("gongji/1"), deployment(domain));

const deployment = ({ chain, registry }) => joined(bigEndian(chain, 8), registry);

function head(major, number) {
  if (!Number.isSafeInteger(number)) throw new RangeError(`expected an integer below 2^53, got ${number}`);
  if (number < 24) return Uint8Array.of((major << 5) | number);
  const power = [8, 16, 32].findIndex((bits) => number < 2 ** bits);
  const size = power < 0 ? 3 : power;
  return joined(Uint8Array.of((major << 5) | (24 + size)), bigEndian(number, 2 ** size));
}

function bigEndian(number, size) {
  const eight = new DataView(new ArrayBuffer(8));
  eight.setBigUint64(0, BigInt(number));
  return new Uint8Array(eight.buffer, 8 - size);
}

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
