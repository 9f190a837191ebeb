"""The kinds of view, one file each."""
