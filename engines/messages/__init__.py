"""Messages: notes in people's inboxes, and what leaves the house through the arbiter."""
