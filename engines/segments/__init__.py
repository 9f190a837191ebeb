"""Segments: membership, kept as records change."""
