"""Keys and what they sign: custody, typed intents, and a second way to read an intent before signing it."""
