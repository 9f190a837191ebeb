"""Data in and out: made from recipes, read from files, mapped, exported."""
