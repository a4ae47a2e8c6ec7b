"""Tables: in, out and as quantities."""
