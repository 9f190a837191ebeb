"""Business rules: what listens to what, what is done about it, and why it was."""
