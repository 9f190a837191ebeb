"""Steps of flows, one file a kind."""
