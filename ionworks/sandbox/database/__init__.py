"""Records, stored objects and queries."""
