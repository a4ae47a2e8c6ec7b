"""Operations that need more than one request."""
