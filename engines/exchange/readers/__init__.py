"""The readers: one file a sort of file."""
