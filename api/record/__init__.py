"""The meeting record: one document for a whole meeting, read, checked and translated."""
