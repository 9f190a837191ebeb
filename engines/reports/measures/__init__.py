"""The kinds of measure, one file each."""
