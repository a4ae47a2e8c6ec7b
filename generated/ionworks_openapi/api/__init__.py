# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the contract: a module for each tag."""
