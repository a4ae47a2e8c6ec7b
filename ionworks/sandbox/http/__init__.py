"""Servers, requests and answers, and faults on them."""
