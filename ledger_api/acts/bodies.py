"""What the draft of an act is asked with: a body per act, made from the fields of its record.

Names are those of Solidity. `valid_seconds` stands beside them: its underscore is in no name of Solidity's here.
"""

from __future__ import annotations

from functools import cache
from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BeforeValidator, Field, StrictBool, WithJsonSchema, create_model

from ledger_api.forms import Form
from ledger_api.intents.drafting import MAX_JSON_INTEGER
from ledger_api.intents.schemas import DAY_SECONDS, MAX_VALID_SECONDS, USUAL_SECONDS
from wallets.intents.reading import MAX_BYTES, MAX_ENTRIES

if TYPE_CHECKING:
    from contracts.acts import Act, ActField


class Body(Form):
    """What every draft of an act can be told."""

    valid_seconds: int = Field(
        default=DAY_SECONDS,
        ge=60,
        le=MAX_VALID_SECONDS,
        description="How long what is signed may be submitted, in seconds.",
    )

    def entered(self) -> dict[str, Any]:
        """The fields of the act."""
        return self.model_dump(exclude={"valid_seconds"})


def body_of(act: Act) -> type[Body]:
    """The body for an act, such as `AcceptTaskFields`."""
    members = _members(act.input_fields)
    if act.act in USUAL_SECONDS:
        usual = Body.model_fields["valid_seconds"]
        members["valid_seconds"] = (
            int,
            Field(USUAL_SECONDS[act.act], ge=60, le=MAX_VALID_SECONDS, description=usual.description),
        )
    return create_model(f"{act.act}Fields", __base__=Body, __doc__=act.notice, **members)


@cache
def _struct(field: ActField) -> type[Form]:
    """A struct, such as `ProposalStruct`; one class for all acts that have it."""
    name = field.type.removesuffix("[]")
    return create_model(f"{name}Struct", __base__=Form, __doc__=field.doc, **_members(field.fields))


def _members(fields: tuple[ActField, ...]) -> dict[str, Any]:
    return {field.name: (_type(field, field.type), Field(description=field.doc)) for field in fields}


def _type(field: ActField, abi: str) -> Any:
    if abi.endswith("[]"):
        entries = GenericAlias(list, _type(field, abi.removesuffix("[]")))
        return Annotated[entries, Field(min_length=1, max_length=MAX_ENTRIES)]
    if field.fields:
        return _struct(field)
    if abi.startswith("uint"):
        return _whole_number(int(abi.removeprefix("uint")))
    if abi == "bool":
        return StrictBool
    if abi == "bytes":
        return Annotated[str, Field(pattern=f"^0x(?:[0-9a-fA-F]{{2}}){{1,{MAX_BYTES}}}$")]
    return _hex(20 if abi == "address" else int(abi.removeprefix("bytes")))


def _hex(size: int) -> Any:
    """Bytes of exactly a size."""
    return Annotated[str, Field(pattern=f"^0x[0-9a-fA-F]{{{2 * size}}}$")]


def _whole_number(bits: int) -> Any:
    """An integer that the type holds; where JavaScript would round it, its decimal text is taken, too."""
    most = 2**bits - 1
    number = Annotated[int, Field(strict=True, ge=0, le=most)]
    if most <= MAX_JSON_INTEGER:
        return number
    text = {"type": "string", "pattern": f"^(0|[1-9][0-9]{{0,{len(str(most)) - 1}}})$"}
    schema = {"anyOf": [{"type": "integer", "minimum": 0, "maximum": most}, text]}
    return Annotated[number, BeforeValidator(_from_text), WithJsonSchema(schema)]


def _from_text(value: Any) -> Any:
    """The number of a decimal text in its one form; anything else is left to be refused."""
    is_number = isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 78
    return int(value) if is_number and str(int(value)) == value else value
