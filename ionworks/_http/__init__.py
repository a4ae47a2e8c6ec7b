"""HTTP: sessions, connections, retries and responses."""
