"""Records and pages: what the service answers."""
