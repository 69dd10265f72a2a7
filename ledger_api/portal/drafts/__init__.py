"""Asking for money, and the page of a draft that collects approvals before it is sent."""
