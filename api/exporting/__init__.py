"""The ledger as files: a dataset, every format of it as of the same fact, made page by page."""
