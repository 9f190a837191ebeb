"""The lines of messages are tried in workspaces in which the desk speaks."""

from tests.engines.messages.conftest import pg_template, receiver_, sqlite_template

__all__ = ["pg_template", "receiver_", "sqlite_template"]
