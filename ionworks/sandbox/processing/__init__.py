"""Processing of uploaded series."""
