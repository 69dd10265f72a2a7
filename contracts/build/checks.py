"""What fails the build of the acts. Each error names the file and the line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from eth_utils import keccak

from contracts.build.kinds import WHO
from contracts.build.messages import CARRIERS
from contracts.errors import BuildError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.build.compiler import Json
    from contracts.build.syntax import Tag

# Chinese, a space, English.
ACTION = re.compile(r"[\u4e00-\u9fff]+ [A-Z][A-Za-z ]+")
# How the message of an intent ends, so that it is carried once and in time.
ONCE = ",uint256 nonce,uint48 deadline"


def fail(where: str, what: str, why: str, remedy: str) -> NoReturn:
    """Ends the build.

    Args:
        where: File and line.
        what: What is wrong there.
        why: Why that is wrong.
        remedy: What to do.

    Raises:
        BuildError: Always.
    """
    raise BuildError(f"{where}: {what}", why, remedy)


def single_tag(where: str, tags: Sequence[Tag], name: str) -> Tag:
    """The tag of a name that a function has once.

    Raises:
        BuildError: It has none, an empty one, or two.
    """
    found = [tag for tag in tags if tag.name == name]
    if not found or not found[0].value:
        fail(
            where,
            f"the function has no @custom:{name}",
            "a function that changes something is an act, and an act has every tag",
            f"add @custom:{name}, or @custom:no-act with the reason",
        )
    if len(found) > 1:
        fail(found[1].place, f"there is a second @custom:{name}", "an act has one", "take one away")
    return found[0]


def check_message(where: str, tags: Sequence[Tag], entry: Json, code: bytes) -> str | None:
    """The EIP-712 type of an act that is signed; None for one that is called.

    Args:
        where: File and line of the function.
        tags: Its tags.
        entry: Its ABI.
        code: Code of the contract.

    Raises:
        BuildError: A member's act has no message, or one without nonce and deadline, or the contract does not hold its hash.
    """
    carriers = {item["internalType"].rpartition(".")[2] for item in entry["inputs"]} & set(CARRIERS)
    if not carriers and not any(tag.name == "message" for tag in tags):
        return None
    tag = single_tag(where, tags, "message")
    if "Authorization" in carriers and not tag.value.partition(")")[0].endswith(ONCE):
        fail(
            tag.place,
            f"the message {tag.value.partition('(')[0]} does not end with{ONCE.replace(',', ' ')}",
            "who carries it could choose another nonce, and carry it again",
            "sign both",
        )
    if not _holds(code, tag.value):
        fail(
            tag.place,
            f"the contract does not check the message {tag.value.partition('(')[0]}",
            "the hash of its type is no constant in the contract's code",
            "write the type as the contract has it, letter for letter",
        )
    return tag.value


def check_action(tag: Tag, code: bytes | None) -> None:
    """Makes sure that an action is told in both languages, and signed as told.

    Args:
        tag: The action.
        code: Code of the contract, for an action that is signed.

    Raises:
        BuildError: It is not so.
    """
    if not ACTION.fullmatch(tag.value):
        fail(
            tag.place, f"the action is {tag.value!r}", "it is not Chinese, a space and English", "write it so"
        )
    if code is not None and not _holds(code, tag.value):
        fail(
            tag.place,
            f"the contract does not check the action {tag.value!r}",
            "its hash is no constant in the contract's code",
            "write it as the contract has it, letter for letter",
        )


def check_by(where: str, tags: Sequence[Tag], parameters: Sequence[str]) -> tuple[str, ...]:
    """Who may do an act.

    Raises:
        BuildError: Nobody, somebody unknown, or somebody of what is no parameter.
    """
    found = [tag for tag in tags if tag.name == "by"]
    for tag in found or [single_tag(where, tags, "by")]:
        who, _, of = tag.value.partition(" of ")
        if who not in WHO:
            fail(tag.place, f"nobody is called {who!r}", f"who acts is one of {', '.join(WHO)}", "name one")
        if of and of not in parameters:
            fail(tag.place, f"there is no parameter {of}", "the function has none of this name", "name one")
    return tuple(tag.value for tag in found)


def _holds(code: bytes, text: str) -> bool:
    # The compiler pushes a constant without the zeros on its left.
    return keccak(text=text).lstrip(b"\0") in code
