"""Sources of people, one file a kind."""
