"""Fields that show a measure: what they ask, the answers kept, and what was frozen."""
