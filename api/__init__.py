"""Who sees and says what: pages, data and feeds, the desk, and the command line."""
