"""Where facts are kept: canonical bytes, two databases, one append at a time, many to a commit."""
