"""Backups: one file that holds a whole ledger, the same from and for every database."""
