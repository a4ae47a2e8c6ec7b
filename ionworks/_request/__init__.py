"""What is sent: schemas, payload checks, filters and dates."""
