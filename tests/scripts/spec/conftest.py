"""Servers that answer as a test says."""

from rig_fixtures import opened, scripted

__all__ = ["opened", "scripted"]
