"""Benchmarks of this client, the vendor's client and a baseline, on the same server and data."""
