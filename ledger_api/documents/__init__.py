"""Opened commitments: the salt and content behind a commitment on chain, kept here, readable by those who may."""
