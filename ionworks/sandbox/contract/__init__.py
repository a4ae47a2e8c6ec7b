"""The contract as the sandbox reads it."""
