"""Asks the real service, read-only, which assumptions of the contract hold."""
