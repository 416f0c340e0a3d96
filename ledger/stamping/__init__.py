"""Stamps: an outside authority says when a checkpoint was there already (RFC 3161)."""
