"""A witness over HTTP, for other people's ledgers."""
