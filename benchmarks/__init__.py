"""Benchmarks of this client, the vendor's client and a floor, on the same server and data."""
