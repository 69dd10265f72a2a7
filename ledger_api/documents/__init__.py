"""Opened commitments: the salt and content behind a commitment on chain, kept in the register, readable by those who may."""
