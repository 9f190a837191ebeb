"""Forms, views and pages as an actor gets to see them."""
