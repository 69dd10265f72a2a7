"""A person's own keys: a passkey is made here, and any key says for which member it is held."""
