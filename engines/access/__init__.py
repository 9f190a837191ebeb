"""Who is here and what they may do: people, departments, roles, tokens."""
