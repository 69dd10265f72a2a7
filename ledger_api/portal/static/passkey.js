// Passkeys (Web Authentication Level 3): each signs a digest once its device has verified the person by fingerprint, face or
// screen lock. Members takes the signature as ERC-7913 has it: signer (verifier, x, y), then what the device signed.

import { _ } from "./server.js";

const KEPT = "gongji.passkeys";
const ES256 = -7;
const CHALLENGE_BYTES = 32;
const USER_BYTES = 16;
// What stands before x and y in the SubjectPublicKeyInfo of a P-256 key (RFC 5480), its point uncompressed.
const SPKI_HEAD = "0x3059301306072a8648ce3d020106082a8648ce3d03010703420004";
export const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
// OpenZeppelin's WebAuthnAuth: r, s, challengeIndex, typeIndex, authenticatorData, clientDataJSON.
const WEBAUTHN_AUTH = ["bytes32", "bytes32", "uint256", "uint256", "bytes", "bytes"];

const library = () => import("./ethers.min.js");
const random = (size) => crypto.getRandomValues(new Uint8Array(size));
const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "[]");
const keep = (passkeys) => localStorage.setItem(KEPT, JSON.stringify(passkeys));

// The passkeys that this browser made, as keys that can sign here (see keys.js).
export function passkeysAtHand() {
  const passkeys = kept();
  // Fetched before it is needed: some browsers ask for a fingerprint only just after a press.
  if (passkeys.length) library();
  return passkeys.map((passkey) => passkeyKey(passkey, passkeys.length > 1));
}

// Makes a passkey of this device, and says so.
// `domain` is what it is bound to, `verifier` the contract that checks it, `town` what the device calls it by.
export async function makePasskey({ domain, verifier, town }) {
  const { hexlify } = await library();
  const name = `${town} ${new Date().toISOString().slice(0, 10)}`;
  const publicKey = {
    rp: { id: domain, name: town },
    user: { id: random(USER_BYTES), name, displayName: name },
    challenge: random(CHALLENGE_BYTES),
    pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
    authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
    attestation: "none",
  };
  const refusal = _("没有做成：您取消了，或者设备没有认出您。请再试一次。");
  const { rawId, response } = await answered(() => navigator.credentials.create({ publicKey }), domain, refusal);
  const spki = hexlify(new Uint8Array(response.getPublicKey() ?? []));
  if (!spki.startsWith(SPKI_HEAD)) throw new Error(_("这台设备做的密钥本站用不了。请换一台手机。"));
  await remember({ rawId, point: `0x${spki.slice(SPKI_HEAD.length)}`, domain, verifier });
  return _("做好了。");
}

// Has this browser remember a passkey. `point` is x and y of its public key.
export async function remember({ rawId, point, domain, verifier }) {
  const { concat, dataSlice, getAddress, hexlify, keccak256 } = await library();
  const [id, signer] = [hexlify(new Uint8Array(rawId)), concat([verifier, point])];
  const address = getAddress(dataSlice(keccak256(signer), 12));
  keep([...kept().filter((one) => one.id !== id), { id, signer, address, domain }]);
}

function passkeyKey(passkey, isOneOfSeveral) {
  const { address } = passkey;
  return {
    name: isOneOfSeveral ? _("指纹或面容 {end}", { end: address.slice(-4) }) : _("指纹或面容"),
    address: async () => address,
    signText: async (text) => signDigest(passkey, (await library()).hashMessage(text)),
    signTypedData: async ({ domain, types, message }) => {
      const { EIP712Domain: ignored, ...own } = types;
      return signDigest(passkey, (await library()).TypedDataEncoder.hash(domain, own, message));
    },
    // Forgets it here; in the device it stays until the person deletes it there.
    forget: () => keep(kept().filter((one) => one.id !== passkey.id)),
  };
}

async function signDigest({ id, signer, domain }, digest) {
  const { concat, getBytes } = await library();
  const { response } = await assertion(domain, getBytes(digest), [getBytes(id)]);
  return concat([signer, await webAuthnAuth(response)]);
}

// Has one of some passkeys of the device sign a challenge; any of the domain's if none are named.
export async function assertion(domain, challenge = random(CHALLENGE_BYTES), ids = []) {
  const allowCredentials = ids.map((id) => ({ type: "public-key", id }));
  const publicKey = { challenge, rpId: domain, userVerification: "required", allowCredentials };
  const refusal = [
    _("没有签名，什么也没有提交：您取消了，或者设备没有认出您。请再试一次。"),
    _("如果这把密钥已经从手机里删掉，请另做一把，再请登记处给您加上。"),
  ].join("\n");
  return answered(() => navigator.credentials.get({ publicKey }), domain, refusal);
}

// What a device signed, as OpenZeppelin's WebAuthn.tryDecodeAuth reads it. The contract wants the lower of the two values of s.
export async function webAuthnAuth({ signature, authenticatorData, clientDataJSON }) {
  const { AbiCoder, toBeHex } = await library();
  const [r, s] = integers(new Uint8Array(signature));
  const json = new Uint8Array(clientDataJSON);
  // A letter for each byte, so that places are counted in bytes.
  const letters = String.fromCharCode(...json);
  return AbiCoder.defaultAbiCoder().encode(WEBAUTHN_AUTH, [
    toBeHex(r, 32), toBeHex(s > ORDER / 2n ? ORDER - s : s, 32),
    letters.indexOf('"challenge":"'), letters.indexOf('"type":"'), new Uint8Array(authenticatorData), json,
  ]);
}

// r and s of a signature in DER (SEC 1, C.8): a sequence of two integers, each with its length in one byte.
export function integers(der) {
  const [first, second] = [4, 6 + der[3]];
  const at = (begin) => der.slice(begin, begin + der[begin - 1]);
  return [at(first), at(second)].map((bytes) => bytes.reduce((number, byte) => (number << 8n) | BigInt(byte), 0n));
}

// What the browser answers, or why it does not, in words.
async function answered(request, domain, refusal) {
  if (!window.isSecureContext) throw new Error(_("浏览器只在 https 网址上使用通行密钥。请用 https 打开本页。"));
  if (!window.PublicKeyCredential?.prototype || !navigator.credentials) {
    throw new Error(_("这个浏览器用不了通行密钥。如果是在微信等应用里打开的，请改用手机自带的浏览器打开本页。"));
  }
  try {
    return await request();
  } catch (error) {
    throw new Error(await reasonOf(error, domain, refusal));
  }
}

async function reasonOf({ name }, domain, refusal) {
  if (name === "SecurityError") return elsewhere(domain);
  const canVerify = await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable();
  if (!canVerify || ["ConstraintError", "NotSupportedError"].includes(name)) {
    return _("这台设备还不能认人。请先在它的设置里设好锁屏密码、指纹或面容，再试一次。");
  }
  return ["NotAllowedError", "AbortError"].includes(name) ? refusal : `${refusal}\n${name}`;
}

// A browser keeps passkeys for a domain and what is below it, and for no address of numbers.
export const elsewhere = (domain) =>
  _("通行密钥只在 {domain} 上做得成、用得了，本页的网址是 {here}。", { domain, here: location.hostname });
