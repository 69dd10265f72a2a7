"""Changes of rules, offices and keys, which wait in public before they hold."""
