"""What was ever stored, as it was stored: a file for every topic, only ever added to."""
