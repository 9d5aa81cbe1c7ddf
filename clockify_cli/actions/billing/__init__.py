"""Billing: what was billed, and what is not yet."""
