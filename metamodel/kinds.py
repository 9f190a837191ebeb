"""A folder is a registry: each module in it holds exactly one kind, called like the file."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, ClassVar, Generic, TypeVar


class Kind:
    """What every kind has: its word in JSON and the definition of its own settings."""

    kind: ClassVar[str]
    Config: ClassVar[type]
    group: ClassVar[str] = ""
    icon: ClassVar[str] = ""


K = TypeVar("K", bound=Kind)


class Registry(Mapping[str, K], Generic[K]):
    """All kinds of one contract, read from the modules of `package`; there is no list to edit."""

    def __init__(self, package: ModuleType, contract: type[K]) -> None:
        self._kinds: dict[str, K] = {}
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            own = [
                value
                for value in vars(module).values()
                if inspect.isclass(value)
                and issubclass(value, contract)
                and value.__module__ == module.__name__
                and not inspect.isabstract(value)
            ]
            if len(own) != 1 or own[0].kind != found.name:
                raise TypeError(f"{module.__name__} must hold exactly one {contract.__name__} with kind = its name")
            self._kinds[found.name] = own[0]()

    def __getitem__(self, kind: str) -> K:
        return self._kinds[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


Catalog = Mapping[str, Registry[Any]]
