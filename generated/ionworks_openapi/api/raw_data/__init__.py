# Generated from openapi.yaml. Do not edit: run make generate.
"""The operations of the tag `raw_data`: files as the instruments wrote them."""
