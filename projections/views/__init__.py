"""One module a view: its fold, its columns, its document."""
