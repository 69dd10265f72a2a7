"""Tables of the schema `town`. `register.register.Register` and `register.documents.Documents` are their only writers."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text

SCHEMA = "town"

town = MetaData(schema=SCHEMA)

# SQLite counts up only in a column of exactly this type.
Counter = BigInteger().with_variant(Integer(), "sqlite")

edits = Table(
    "edits", town,
    Column("number", Counter, primary_key=True, comment="Order of the edits."),
    Column("noun", Text, nullable=False, comment="What kind of entry, such as funds."),
    Column("key", Text, nullable=False, comment="Of what: a number, or 0x and hex of an id."),
    Column("subject", Text, comment="Whose personal data the value is; null for what is public."),
    Column("value", LargeBinary, comment="JSON, encrypted where there is a subject; null takes the entry away."),
    Column("editor", Text, nullable=False, comment="Member, office or service that made the edit."),
    Column("edited_at", BigInteger, nullable=False, comment="Seconds since 1970."),
)  # fmt: skip
Index("edits_noun_key_number_idx", edits.c.noun, edits.c.key, edits.c.number)

documents = Table(
    "documents", town,
    Column("commitment", LargeBinary, primary_key=True, comment="keccak256 of salt and content hash, 32 bytes."),
    Column("subject", Text, comment="Whose key encrypts salt, name and content; null for what is public."),
    Column("salt", LargeBinary, nullable=False, comment="32 bytes, random; encrypted where there is a subject."),
    Column("name", LargeBinary, nullable=False, comment="Name of the file, UTF-8; encrypted where there is a subject."),
    Column("content", LargeBinary, nullable=False, comment="Its bytes; encrypted where there is a subject."),
    Column("media_type", Text, nullable=False),
    Column("size_bytes", BigInteger, nullable=False, index=True),
    Column("public", Boolean, nullable=False, comment="Whether anyone may read it."),
    Column("stored_by", LargeBinary, nullable=False, comment="Member, 16 bytes."),
    Column("stored_at", BigInteger, nullable=False, comment="Seconds since 1970."),
)  # fmt: skip

subject_keys = Table(
    "subject_keys", town,
    Column("subject", Text, primary_key=True, comment="Such as members/0x and hex of an id."),
    Column("wrapped", LargeBinary, nullable=False, comment="The subject's key, encrypted with the register's."),
)  # fmt: skip
