"""The REST interface: one blueprint a resource, found by itself."""

from __future__ import annotations

import importlib
import pkgutil

from flask import Flask


def install(flask: Flask) -> None:
    """Registers the `blueprint` of every module of this folder; there is no list to edit."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        flask.register_blueprint(importlib.import_module(f"{__name__}.{module.name}").blueprint)
