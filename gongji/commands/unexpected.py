"""What the command line knows by itself of what a portal gives to sign: whoever signs with `--yes` reads nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from gongji.commands.reading import portal
from gongji.errors import UnexpectedMessageError

if TYPE_CHECKING:
    from gongji.settings import Settings
    from wallets.intents import Domain, Intent

# The longest that a draft collects approvals.
MOST_SECONDS = 90 * 86_400
# So much may the clocks of two machines differ.
CLOCKS_SECONDS = 600
# The longest that a text to sign in may be signed.
SIGN_IN_SECONDS = 86_400


def require_own(settings: Settings, typed_data: dict[str, Any], valid_seconds: int) -> tuple[Intent, Domain]:
    """Makes sure that a message is for the town's own contracts on its own chain, and not for longer than was asked for.

    Args:
        settings: Settings of the town, whose folder says where its contracts are.
        typed_data: What the portal gave to sign.
        valid_seconds: How long it may be handed in.

    Returns:
        What is signed, and for which contract.

    Raises:
        UnexpectedMessageError: It is something else.
        DeploymentError: Where the town's contracts are is not known here.
    """
    from gongji.run.configs import deployment
    from wallets.errors import IntentInvalidError
    from wallets.intents import Domain
    from wallets.show import parse

    try:
        intent, domain = parse(typed_data)
    except IntentInvalidError as error:
        raise UnexpectedMessageError("a message of the contracts", str(error)) from None
    town = deployment(settings)
    # What began in a version of a contract is signed for that one.
    own = [
        Domain(contract=intent.CONTRACT, chain_id=town.chain_id, address=version.address)
        for version in reversed(town.versions(intent.CONTRACT))
    ]
    if domain not in own:
        raise UnexpectedMessageError(f"a message for {own[0]}", str(domain))
    latest = int(time.time()) + valid_seconds + CLOCKS_SECONDS
    if intent.deadline > latest:
        raise UnexpectedMessageError(f"a deadline up to {latest}", str(intent.deadline))
    return intent, domain


def require_sign_in(settings: Settings, text: str, address: str) -> None:
    """Makes sure that a text signs a key in at this town's portal and does nothing else.

    Args:
        settings: Settings of the town.
        text: What the portal gave to sign.
        address: Checksummed address of the key.

    Raises:
        UnexpectedMessageError: It is something else.
        DeploymentError: Where the town's contracts are is not known here.
    """
    from gongji.run.configs import deployment
    from ledger_api.sessions.text import is_sign_in

    if not is_sign_in(
        text,
        public_url=portal(settings),
        address=address,
        chain_id=deployment(settings).chain_id,
        latest=int(time.time()) + SIGN_IN_SECONDS,
    ):
        raise UnexpectedMessageError(f"a text that signs {address} in at {portal(settings)}", text)
