"""HTTP: sessions, connections, retries and answers."""
