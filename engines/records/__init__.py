"""Records in real SQL tables: stored, asked for, derived, remembered."""
