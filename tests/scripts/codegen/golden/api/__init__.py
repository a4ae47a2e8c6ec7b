# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the contract: a package for each tag, a module for each operation."""
