"""What the fields of acts can be, and who can do acts. Both lists are closed: a word that is not here fails the build."""

from __future__ import annotations

# The sentence stands for a field that neither its function nor an event of the act explains. A kind that ends with "?" is one
# that may be left out; then it is zero.
KINDS = {
    "money": "In fen.",
    "minutes": "In minutes.",
    "seconds": "In seconds.",
    "date": "Seconds since 1970.",
    "day": "Day of a bank statement, in days since 1970 in China.",
    "share": "In basis points.",
    "number": "A number.",
    "flag": "Yes or no.",
    "choice": "One of a list.",
    "id": "Id of what the field is named for.",
    "new-id": "Random id of what the act makes.",
    "new-order-id": "Id of the order that is opened: eight random bytes, and eight of zero.",
    "new-lot-id": "Id of the lot that is taken: the first eight bytes of its order's id, and eight random ones.",
    "member": "Id of a member.",
    "donor": "Public donor: member id left-aligned. Private donor: commitment.",
    "key": "Address of a key or contract.",
    "possession": "Signature of a key that proves who holds it.",
    "fund": "Id of the fund.",
    "purpose": "Number of the purpose; its upper 16 bits are the fund.",
    "bank": "Id of the bank account.",
    "bank-line-in": "Key of an incoming bank line.",
    "bank-line-out": "Key of an outgoing bank line.",
    "bank-line-recorded": "Key of a bank line that was recorded before.",
    "document-public": "Commitment to a document that everybody may read.",
    "document-private": "Commitment to a document that those concerned may read.",
    "place": "Commitment to a home, or to another place that is known to few.",
    "commitment": "Salted hash of something that is not told.",
    "hash": "Hash of something public.",
    "call": "Function and arguments of a call.",
    "record": "Several fields.",
    "list": "One or more of several fields.",
    "authorization": "Nonce, deadline and signature of the member.",
    "signatures": "Signatures of several members over the same message.",
}

OFFICES = ("admin", "registrar", "steward", "guardian", "device-registrar", "log-keeper", "verifier")
ROLES = ("resident", "treasurer", "coordinator", "foreman", "clerk")
PARTS = (
    "member",
    "person",
    "key-guardian",
    "holder",
    "requester",
    "seat",
    "supervisor",
    "volunteer",
    "redeemer",
    "provider",
    "worker",
)
WHO = (*OFFICES, *ROLES, *PARTS, "anyone")
