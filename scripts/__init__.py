"""The project's own tools: generation and what checks it."""
