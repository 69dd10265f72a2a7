"""Who is let in: limits for each client and member, and for all together, before anything is done for a request."""
