"""The log as it is kept: tiles beside the facts, the head and the key outside the database."""
