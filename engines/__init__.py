"""Engines: they run what the metamodel describes, each its part, on real tables."""
