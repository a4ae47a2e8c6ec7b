"""Preparation of requests: schemas, payload checks, filters and dates."""
