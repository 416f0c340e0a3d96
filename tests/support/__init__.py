"""Fixtures that start what tests need: PostgreSQL, a browser, the shared real data."""
