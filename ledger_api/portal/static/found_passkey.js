// Finds a passkey again that the device has and this browser does not know: its data were cleared, or the passkey came along to a
// new phone. A device does not tell the public key of a passkey, but two signatures do (SEC 1, 4.1.6): each leaves two points
// that may have made it, and only the right one is among those of both.

import { assertion, integers, ORDER, remember } from "./passkey.js";
import { _ } from "./server.js";

// The curve P-256 (FIPS 186-4, D.1.2.3): y² = x³ - 3x + B.
const FIELD = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;
const BASE = [
  0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
];

let first;

// Each press brings one signature, since some browsers ask for a fingerprint only after a press. Says how far it is.
export async function findPasskey({ domain, verifier }) {
  const signed = await assertion(domain, undefined, first ? [first.rawId] : []);
  if (!first) {
    first = signed;
    return _("认出一次了，还差一次：请再按一次“认回来”。");
  }
  const [some, others] = await Promise.all([first, signed].map(({ response }) => points(response)));
  first = undefined;
  const point = some.find((one) => others.includes(one));
  if (!point) throw new Error(_("没有认回来。请从头再试一次。"));
  await remember({ rawId: signed.rawId, point, domain, verifier });
  return _("认回来了。");
}

// The points, x and y in hex, that may have made a signature.
async function points({ signature, authenticatorData, clientDataJSON }) {
  const [r, s] = integers(new Uint8Array(signature));
  const client = await crypto.subtle.digest("SHA-256", clientDataJSON);
  const digest = await crypto.subtle.digest("SHA-256", await new Blob([authenticatorData, client]).arrayBuffer());
  const hash = new Uint8Array(digest).reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  const y = power(modulo(r ** 3n - 3n * r + B, FIELD), (FIELD + 1n) / 4n, FIELD);
  const inverse = power(r, ORDER - 2n, ORDER);
  const ofHash = times(BASE, modulo(-hash * inverse, ORDER));
  return [y, FIELD - y].map((one) => inHex(sum(times([r, one], modulo(s * inverse, ORDER)), ofHash)));
}

const inHex = (point) => `0x${point.map((number) => number.toString(16).padStart(64, "0")).join("")}`;

const modulo = (number, by) => ((number % by) + by) % by;

function power(base, exponent, by) {
  let result = 1n;
  for (; exponent; exponent >>= 1n, base = (base * base) % by) if (exponent & 1n) result = (result * base) % by;
  return result;
}

// Points are x and y; null is the one at infinity.
function sum(one, other) {
  if (!one || !other) return one ?? other;
  const [[x1, y1], [x2, y2]] = [one, other];
  if (x1 === x2 && modulo(y1 + y2, FIELD) === 0n) return null;
  const [rise, run] = x1 === x2 ? [3n * x1 * x1 - 3n, 2n * y1] : [y2 - y1, x2 - x1];
  const slope = rise * power(modulo(run, FIELD), FIELD - 2n, FIELD);
  const x = modulo(slope * slope - x1 - x2, FIELD);
  return [x, modulo(slope * (x1 - x) - y1, FIELD)];
}

function times(point, number) {
  let result = null;
  for (; number; number >>= 1n, point = sum(point, point)) if (number & 1n) result = sum(result, point);
  return result;
}
