"""A person makes a passkey on a page and proves that they hold it; and what the page says where that cannot be."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from eth_abi import decode
from eth_account.messages import encode_typed_data
from eth_utils import keccak, to_checksum_address
from playwright.async_api import expect

from ledger_api.portal.static_files import static
from tests.browser.passkeys import AUTH, ORDER, Device, Signature, here
from tests.browser.test_pages import CUT_TEXT, OVERFLOW
from tests.conftest import member_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, Page

    from tests.ledger_api.client import House

MEMBER = "0x" + member_id("newcomer").hex()
STATUS = "#keys > section > .status"
ENTRY = "#at-hand .choice"
NO_WEBAUTHN = "delete window.PublicKeyCredential"
NO_HTTPS = "Object.defineProperty(window, 'isSecureContext', { value: false })"
ENCODED = f"""([signature, data, client]) => import("{static("passkey.js")}").then(({{ webAuthnAuth }}) => webAuthnAuth({{
    signature: Uint8Array.from(signature), authenticatorData: Uint8Array.from(data), clientDataJSON: new TextEncoder().encode(client),
}}))"""


@asynccontextmanager
async def key_page(browser: Browser, site: str, script: str = "", **more: Any) -> AsyncIterator[Page]:
    """The page of keys on a telephone, under its policy."""
    context = await browser.new_context(viewport={"width": 390, "height": 844}, **more)
    page = await context.new_page()
    await page.add_init_script(script)
    await page.goto(f"{here(site)}/keys?member={MEMBER}&lang=zh")
    yield page
    await context.close()


async def make(page: Page) -> None:
    await page.get_by_role("button", name="用指纹或面容").click()


async def prove(page: Page) -> None:
    await page.get_by_role("button", name="签出持有证明").click()


async def test_a_person_makes_a_passkey_and_copies_the_proof_that_they_hold_it(
    site: str, browser: Browser, story: House
) -> None:
    async with key_page(browser, site, permissions=["clipboard-read", "clipboard-write"]) as page:
        await Device.of(page)
        await make(page)
        await expect(page.locator(STATUS)).to_have_text("做好了。")
        entry = page.locator(ENTRY)
        await expect(entry.get_by_role("heading")).to_have_text("指纹或面容")
        key = await entry.get_by_label("密钥编号").input_value()
        await prove(page)
        await expect(entry.get_by_label("持有证明")).to_be_visible()
        await entry.get_by_role("button", name="复制").last.click()
        await expect(entry.locator(".status")).to_have_text("已复制。")
        proof = Signature.read(await page.evaluate("navigator.clipboard.readText()"))
        assert [await page.evaluate(OVERFLOW), await page.evaluate(CUT_TEXT)] == [0, []]
    members, verifier = (story.config.deployment.address(name) for name in ("Members", "PasskeyVerifier"))
    assert proof.signer[:20].hex() == verifier[2:].lower()
    assert key == to_checksum_address(keccak(proof.signer)[12:])
    domain = {"name": "Gongji Members", "version": "1", "chainId": story.config.deployment.chain_id}
    domain |= {"verifyingContract": members}
    fields = [{"name": "action", "type": "string"}, {"name": "member", "type": "bytes16"}]
    message = {"action": "我持有这把密钥 I hold this key", "member": MEMBER}
    signable = encode_typed_data(domain, {"HoldKey": fields}, message)
    proof.verify(keccak(b"\x19" + signable.version + signable.header + signable.body))


async def test_who_is_not_recognised_signs_nothing_and_may_try_again(site: str, browser: Browser) -> None:
    async with key_page(browser, site) as page:
        device = await Device.of(page)
        await device.recognise(person=False)
        await make(page)
        await expect(page.locator(STATUS)).to_contain_text("没有做成：您取消了，或者设备没有认出您。")
        await device.recognise(person=True)
        await make(page)
        await expect(page.locator(STATUS)).to_have_text("做好了。")
        await device.recognise(person=False)
        await prove(page)
        await expect(page.locator(f"{ENTRY} .status")).to_contain_text("没有签名，什么也没有提交")
        await expect(page.get_by_label("持有证明")).to_be_hidden()
        await device.recognise(person=True)
        await prove(page)
        await expect(page.get_by_label("持有证明")).to_have_value(re.compile("0x[0-9a-f]{500}"))


async def test_a_passkey_of_which_the_browser_forgot_is_found_again_and_one_that_was_deleted_is_not(
    site: str, browser: Browser
) -> None:
    async with key_page(browser, site) as page:
        device = await Device.of(page)
        await make(page)
        key = page.get_by_label("密钥编号")
        before = await key.input_value()
        await page.get_by_role("button", name="从这个浏览器里去掉").click()
        await expect(page.get_by_text("还没有。")).to_be_visible()
        await page.get_by_text("以前做过").click()
        await page.get_by_role("button", name="认回来").click()
        await expect(page.locator(STATUS)).to_contain_text("还差一次")
        await page.get_by_role("button", name="认回来").click()
        await expect(page.locator(STATUS)).to_have_text("认回来了。")
        await expect(key).to_have_value(before)
        await device.lose_passkeys()
        await prove(page)
        await expect(page.locator(f"{ENTRY} .status")).to_contain_text("如果这把密钥已经从手机里删掉")


@pytest.mark.parametrize(
    ("script", "has_lock", "words"),
    [
        ("", False, "请先在它的设置里设好锁屏密码、指纹或面容"),
        (NO_WEBAUTHN, True, "请改用手机自带的浏览器"),
        (NO_HTTPS, True, "请用 https 打开本页"),
    ],
)
async def test_a_device_or_browser_that_cannot_says_what_to_do(
    site: str, browser: Browser, script: str, has_lock: bool, words: str
) -> None:
    async with key_page(browser, site, script) as page:
        await Device.of(page, has_lock=has_lock)
        await make(page)
        await expect(page.locator(STATUS)).to_contain_text(words)
        await expect(page.locator(ENTRY)).to_have_count(0)


async def test_a_page_at_another_name_leads_to_the_town_s_domain(site: str, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(f"{site}/keys?member={MEMBER}&lang=zh")
    await expect(page.locator(STATUS)).to_contain_text(
        "只在 localhost 上做得成、用得了，本页的网址是 127.0.0.1"
    )
    await expect(page.get_by_role("button", name="用指纹或面容")).to_be_disabled()
    await page.get_by_role("link", name="用 localhost 打开本页").click()
    await expect(page).to_have_url(f"{here(site)}/keys?member={MEMBER}&lang=zh")
    await expect(page.get_by_role("button", name="用指纹或面容")).to_be_enabled()
    await page.close()


async def test_numbers_of_any_length_are_read_and_the_lower_s_is_taken(site: str, browser: Browser) -> None:
    page = await browser.new_page()
    await page.goto(f"{site}/keys")
    data, client = (
        bytes([7] * 37),
        '{"origin":"https://邻里.example","type":"webauthn.get","challenge":"AAAA"}',
    )
    for r, s in ((1, 1), (0x80, ORDER // 2), (2**255, ORDER // 2 + 1), (ORDER - 1, ORDER - 1)):
        encoded = await page.evaluate(ENCODED, [list(encode_dss_signature(r, s)), list(data), client])
        found_r, found_s, challenge_index, type_index, *rest = decode(AUTH, bytes.fromhex(encoded[2:]))
        assert (int.from_bytes(found_r), int.from_bytes(found_s)) == (r, min(s, ORDER - s))
        assert rest == [data, client]
        assert client.encode()[challenge_index:].startswith(b'"challenge":"AAAA"')
        assert client.encode()[type_index:].startswith(b'"type":"webauthn.get"')
    await page.close()
