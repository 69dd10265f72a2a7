"""Whether this process lives and can be relied on."""
