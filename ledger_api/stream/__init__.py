"""What happens, as it happens: server-sent events of new blocks and of commands that changed."""
