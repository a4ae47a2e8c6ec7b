"""Servers that say what a test tells them to."""

from rig_fixtures import opened, scripted

__all__ = ["opened", "scripted"]
