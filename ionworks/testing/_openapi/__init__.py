"""The normal form of an OpenAPI document: one reading of a contract for all who use it."""
