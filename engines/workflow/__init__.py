"""Flows: what is asked of whom in which order, decided purely, and kept in tables."""
