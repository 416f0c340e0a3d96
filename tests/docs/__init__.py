"""The documents tell the truth: generated pages are current, and what they show works."""
