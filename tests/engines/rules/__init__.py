"""Business rules at work."""
