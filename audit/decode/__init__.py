"""Decoders of the encodings that evidence comes in: RLP, ABI, COSE, camt.053 and their hashes."""
