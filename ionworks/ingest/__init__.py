"""Reads the files of cyclers and prepares their data for the service."""
