"""Generates the low-level client from the contract."""
