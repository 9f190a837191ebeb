"""Draft, plan, publish, roll back: the only room that changes the tables of applications, and that knows Alembic."""
