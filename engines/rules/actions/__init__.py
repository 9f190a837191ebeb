"""Actions, one a file."""
