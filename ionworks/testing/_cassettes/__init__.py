"""Cassettes: recording, replaying and checking them."""
