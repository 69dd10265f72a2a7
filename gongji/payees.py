"""Whom requests that were paid named as payee, opened for an auditor: what they wrote, with the salt of its commitment."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from contracts.events import InstalmentProven, PaymentProven
from gongji.mirror import current_versions
from indexer.projections.request import requests
from ledger_api.history import recorded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Engine

    from register.documents import Documents


def payments(mirror: Engine) -> dict[bytes, bytes]:
    """Commitment to the payee of each payment that was proven, by the key of its bank line.

    Args:
        mirror: Reads the mirror.
    """
    payees = {one.proposal_id: one.payee for one in current_versions(mirror, requests)}
    with mirror.connect() as connection:
        proven = [row for e in (PaymentProven, InstalmentProven) for row in connection.execute(recorded(e))]
    return {bytes(row.bank_line): payees[bytes(row.proposal_id)] for row in proven}


def exhibit(documents: Documents, payees: Iterable[bytes]) -> Iterator[str]:
    """A line of JSON for each payee that can be opened; what was forgotten, or is no text, cannot.

    Args:
        documents: Those of the register.
        payees: Commitments, 32 bytes each.
    """
    for document in sorted(documents.find(sorted(set(payees))), key=lambda one: one.commitment):
        content = documents.content(document.commitment) or b""
        try:
            written = content.decode()
        except UnicodeDecodeError:
            continue
        row = {"payee": f"0x{document.commitment.hex()}", "salt": f"0x{document.salt.hex()}", "text": written}
        yield json.dumps(row) + "\n"
