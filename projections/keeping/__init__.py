"""How what the folds say is kept in tables: gathered in memory, written in key order at once."""
