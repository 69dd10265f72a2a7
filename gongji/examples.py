"""How each command is called rightly: an example that stands below its help and in every complaint about its arguments."""

from __future__ import annotations

from typing import Any

# A value for each argument and option that a command needs, by how it is written.
VALUES = {
    "contract": "TimeBank",
    "act": "RefundGift",
    "bundle": "bundle",
    "days": "365",
    "device": "0x821853f0059f3318",
    "file": "receipt.json",
    "files": "receipt.json",
    "enterprise": "1",
    "fund": "1",
    "campaign": "1",
    "code": "12-5a0b3c9d",
    "possession": "0x" + "5f" * 65,
    "proof": "0x" + "5f" * 65,
    "key": "0x5b38da6a701c568545dcfcb03fcb875f56beddc4",
    "member_key": "0x5b38da6a701c568545dcfcb03fcb875f56beddc4",
    "member": "0x47a5b8e4ac980999f6b85046aefb1546",
    "message": "message.json",
    "address": "0x5b38da6a701c568545dcfcb03fcb875f56beddc4",
    "object_id": "0x503cdd8d825a1c8877e6c1a85fad023d2bb1f36573aa7bcd046539337fe50782",
    "office": "steward",
    "operation": "0x503cdd8d825a1c8877e6c1a85fad023d2bb1f36573aa7bcd046539337fe50782",
    "proposal": "0x503cdd8d825a1c8877e6c1a85fad023d2bb1f36573aa7bcd046539337fe50782",
    "request": "request.json",
    "role": "treasurer",
    "scope": "1",
    "statement": "statement.xml",
    "subject": "members/0x47a5b8e4ac980999f6b85046aefb1546",
    "task": "0x008927c92ef9cb72fd7535f549b9960d",
    "what": "12-5a0b3c9d",
    "--bank": "1",
    "--bundle": "bundle",
    "--key": "my-key.json",
    "--out": "bundle",
    "--trust": "data/trust.json",
}
LABEL = "例 for example:"


def example(path: str, parameters: list[Any]) -> str:
    """A right call of a command.

    Args:
        path: Names of the command, such as "gongji fund show".
        parameters: Its arguments and options.
    """
    needed = [parameter.opts[0] for parameter in parameters if parameter.required]
    return " ".join((path, *(_written(name) for name in needed)))


def _written(name: str) -> str:
    return f"{name} {VALUES[name]}" if name.startswith("-") else VALUES[name]
