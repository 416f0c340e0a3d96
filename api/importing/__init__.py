"""Bulk import: tables that others keep, through a mapping file, into commands of the ledger."""
