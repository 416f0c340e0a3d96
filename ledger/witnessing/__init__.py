"""Witnesses: who sees to it that a log shows everybody the same history, from both sides."""
