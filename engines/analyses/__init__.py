"""Analyses: scores computed over many records at once."""
