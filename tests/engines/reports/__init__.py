"""Reports on both databases, against plain Python."""
