"""What a browser encodes and signs is what `iot` encodes and takes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from contracts.enums import Algorithm
from iot.event.cbor import dump_canonical
from iot.event.cose import parse, public_key, verifies
from iot.event.event import Event, decode, encode
from iot.simulator.device import P256_ORDER
from ledger_api.portal.static_files import static
from tests.iot.town import DOMAIN, OTHER_DOMAIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

EDGES = (0, 1, 23, 24, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**53 - 1)
# Python's values as JSON, and back into what the module takes.
COSE = static("cose.js")
REVIVE = """
const revived = (told) => {
  if (told === null || typeof told !== "object") return told;
  if (Array.isArray(told)) return told.map(revived);
  if ("hex" in told) return unhexed(told.hex);
  if ("map" in told) return new Map(told.map.map(([key, value]) => [key, revived(value)]));
  return Object.fromEntries(Object.entries(told).map(([key, value]) => [key, revived(value)]));
};
"""
ENCODED = f"""async (told) => {{
  const {{ encode, hex, unhexed }} = await import("{COSE}");
  {REVIVE}
  return hex(encode(revived(told)));
}}"""
PAYLOAD = f"""async (told) => {{
  const {{ payloadOf, hex, unhexed }} = await import("{COSE}");
  {REVIVE}
  return hex(payloadOf(revived(told)));
}}"""
SIGNED = f"""async ([payload, device, chain, registry]) => {{
  const {{ sign, hex, unhexed }} = await import("{COSE}");
  const curve = {{ name: "ECDSA", namedCurve: "P-256" }};
  const {{ privateKey, publicKey }} = await crypto.subtle.generateKey(curve, false, ["sign"]);
  const message = await sign(unhexed(payload), unhexed(device), privateKey, {{ chain, registry: unhexed(registry) }});
  return [hex(message), hex(new Uint8Array(await crypto.subtle.exportKey("raw", publicKey)))];
}}"""


PROVEN = f"""async ([owner, chain, registry]) => {{
  const {{ prove, hex, unhexed }} = await import("{COSE}");
  const curve = {{ name: "ECDSA", namedCurve: "P-256" }};
  const {{ privateKey, publicKey }} = await crypto.subtle.generateKey(curve, false, ["sign"]);
  const proofs = [];
  for (let i = 0; i < 16; i++) proofs.push(hex(await prove(unhexed(owner), privateKey, {{ chain, registry: unhexed(registry) }})));
  return [hex(new Uint8Array(await crypto.subtle.exportKey("raw", publicKey))), ...proofs];
}}"""


@pytest.fixture(scope="module")
async def page(site: str, browser: Browser) -> AsyncIterator[Page]:
    """A page of the portal, at whose address its modules may be asked for."""
    context = await browser.new_context()
    opened = await context.new_page()
    await opened.goto(f"{site}/verify")
    yield opened
    await context.close()


def as_json(value: Any) -> Any:
    """A value as JSON."""
    if isinstance(value, bytes):
        return {"hex": "0x" + value.hex()}
    if isinstance(value, dict):
        return {"map": [[key, as_json(one)] for key, one in value.items()]}
    return [as_json(one) for one in value] if isinstance(value, list) else value


def unhexed(text: str) -> bytes:
    return bytes.fromhex(text.removeprefix("0x"))


def event(edge: int) -> Event:
    """An event whose integers are an edge."""
    return Event(
        id=b"\x01" * 16, device=b"\x02" * 8, boot=edge, seq=edge, captured_ms=edge, clock_class=edge % 4,
        clock_uncertainty_seconds=edge, mono_ms=edge, type=edge, task=b"\x03" * 16, actor=b"\x04" * 16,
        place=b"\x05" * 16, measurements={1: edge, 2: -1 - edge, 24: (edge, 0), 256: bytes(edge % 97)}, prev=b"\x06" * 32,
    )  # fmt: skip


def fields(one: Event) -> dict[str, Any]:
    """The same by the names of the CDDL."""
    measured = {k: list(v) if isinstance(v, tuple) else v for k, v in one.measurements.items()}
    named = {
        "id": one.id, "dev": one.device, "boot": one.boot, "seq": one.seq, "t": one.captured_ms, "cq": one.clock_class,
        "cu": one.clock_uncertainty_seconds, "mono": one.mono_ms, "type": one.type, "task": one.task,
        "actor": one.actor, "place": one.place, "m": measured or None, "prev": one.prev,
    }  # fmt: skip
    # In any order: the module sorts.
    return {name: as_json(value) for name, value in reversed(named.items()) if value is not None}


@pytest.mark.parametrize("edge", EDGES)
async def test_a_browser_encodes_an_event_as_iot_does(page: Page, edge: int) -> None:
    one = event(edge)
    payload = unhexed(await page.evaluate(PAYLOAD, fields(one)))
    assert payload == encode(one)
    assert decode(payload) == one


async def test_what_an_event_does_not_have_is_left_out(page: Page) -> None:
    one = Event(
        id=bytes(16), device=bytes(8), boot=1, seq=0, captured_ms=1, clock_class=1, clock_uncertainty_seconds=30, type=101,
    )  # fmt: skip
    assert unhexed(await page.evaluate(PAYLOAD, fields(one))) == encode(one)


@pytest.mark.parametrize("edge", EDGES)
async def test_a_browser_encodes_every_kind_of_value_as_iot_does(page: Page, edge: int) -> None:
    size = edge % 1000
    for value in (edge, -1 - edge, bytes(size), "é" * size, [edge] * (size % 300), {edge: [], 5: {}}):
        assert unhexed(await page.evaluate(ENCODED, as_json(value))) == dump_canonical(value)


async def test_a_number_that_a_browser_cannot_hold_is_refused(page: Page) -> None:
    refused = f"import('{COSE}').then(({{ encode }}) => encode(2 ** 53)).catch((error) => error.name)"
    assert await page.evaluate(refused) == "RangeError"


@pytest.mark.parametrize("edge", EDGES)
async def test_a_message_of_a_browser_is_taken_for_its_deployment_and_no_other(page: Page, edge: int) -> None:
    payload = encode(event(edge))
    registry = "0x" + DOMAIN.registry.hex()
    arguments = ["0x" + payload.hex(), "0x" + "02" * 8, DOMAIN.chain_id, registry]
    message, point = map(unhexed, await page.evaluate(SIGNED, arguments))
    envelope = parse(message)
    assert (envelope.payload, envelope.kid, envelope.algorithm) == (payload, b"\x02" * 8, Algorithm.ESP256)
    key = public_key(Algorithm.ESP256, point[1:33], point[33:])
    assert verifies(envelope, key, DOMAIN)
    assert not verifies(envelope, key, OTHER_DOMAIN)


async def test_a_browser_proves_that_the_phone_is_its_owners(page: Page) -> None:
    """S is in the lower half each time, where the curve gives either."""
    owner, registry = bytes(range(16)), DOMAIN.registry
    point, *proofs = await page.evaluate(PROVEN, [f"0x{owner.hex()}", DOMAIN.chain_id, f"0x{registry.hex()}"])
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes.fromhex(point[2:]))
    for proof in proofs:
        r, s = (int(proof[2:][at : at + 64], 16) for at in (0, 64))
        assert (len(proof), s <= P256_ORDER // 2) == (130, True)
        key.verify(encode_dss_signature(r, s), DOMAIN.possession(owner), ec.ECDSA(SHA256()))
