"""Compares versions of the contract in words, and merges the live one into ours."""
