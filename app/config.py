"""Every setting there is: its name in the environment, what it means, and what holds when nobody says."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engines.database import Workspace, open_workspace

MEGABYTE = 1024 * 1024


class WrongSetting(Exception):
    """A setting cannot be used; its text is a sentence for whoever started the program."""


def setting(default: Any, about: str) -> Any:
    return field(default=default, metadata={"about": about})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Read once from the environment; each name in capitals is the variable's."""

    host: str = setting("127.0.0.1", "Address to listen on; 0.0.0.0 lets other machines in.")
    port: int = setting(8000, "Port to listen on.")
    data_dir: Path = setting(Path("data"), "Folder of the embedded database, uploaded files and the secret.")
    database_url: str = setting("", "PostgreSQL, as postgresql://user:password@host/name. Empty: SQLite in DATA_DIR.")
    broker_url: str = setting(
        "", "Redis or RabbitMQ as the doorbell between web and workers. Empty: workers look by themselves."
    )
    secret_key: str = setting(
        "", "Signs sessions; at least 32 letters, equal on every host. Empty: made once, kept in DATA_DIR."
    )
    name: str = setting("Dougong", "Name of the workspace, shown at the top.")
    time_zone: str = setting("Asia/Shanghai", "Business time zone: in it days begin and months end.")
    currency: str = setting("CNY", "Currency of amounts that name none.")
    locale: str = setting("zh-CN", "Language of new users and of who is not signed in: zh-CN or en.")
    demo: bool = setting(True, "Demo data in a new database and, on this machine only, one-click sign-in (1 or 0).")
    secure_cookies: bool = setting(False, "Whether cookies travel only over HTTPS (1 behind a proxy that ends TLS).")
    trusted_proxies: int = setting(0, "How many proxies in front tell the client's address truly.")
    web_threads: int = setting(8, "Threads of the web process that answer requests.")
    worker_threads: int = setting(4, "Threads of the worker process.")
    max_upload_mb: int = setting(300, "Largest uploaded file, in megabytes.")
    uploads_kept_days: int = setting(7, "Days after which uploaded files that nobody used are removed.")
    log_level: str = setting("INFO", "How much is logged: DEBUG, INFO, WARNING or ERROR.")


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; a wrong one raises `WrongSetting` with a sentence that names it."""
    given = os.environ if environment is None else environment
    values: dict[str, Any] = {}
    for one in fields(Settings):
        text = given.get(one.name.upper(), "").strip()
        if text:
            values[one.name] = _parsed(one.name.upper(), text, type(one.default))
    settings = Settings(**values)
    if not 0 < settings.port < 65536:
        raise WrongSetting(f"PORT must lie between 1 and 65535; it is {settings.port}.")
    if settings.secret_key and len(settings.secret_key) < 32:
        raise WrongSetting("SECRET_KEY is too short: 32 letters at least.")
    if settings.uploads_kept_days < 1:
        raise WrongSetting(f"UPLOADS_KEPT_DAYS must be 1 or more; it is {settings.uploads_kept_days}.")
    if settings.locale not in ("zh-CN", "en"):
        raise WrongSetting(f"LOCALE must be zh-CN or en; it is {settings.locale}.")
    try:
        ZoneInfo(settings.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise WrongSetting(f"TIME_ZONE {settings.time_zone} is not known; one such is Asia/Shanghai.") from error
    if settings.database_url and not settings.database_url.startswith(("postgresql:", "postgresql+", "postgres:")):
        raise WrongSetting("DATABASE_URL must begin with postgresql://, or be empty for SQLite in DATA_DIR.")
    return settings


def describe_settings() -> str:
    """All settings as text, for the command line's help."""
    lines = ["Settings, from the environment:"]
    for one in fields(Settings):
        default = f" [{one.default}]" if one.default not in ("", None) else ""
        lines.append(f"  {one.name.upper():<16} {one.metadata['about']}{default}")
    return "\n".join(lines)


def find_workspace(settings: Settings) -> Workspace:
    """The one workspace of this installation; its secret is made and kept at the first call."""
    url = settings.database_url.replace("postgres://", "postgresql://", 1)
    return open_workspace(
        name=settings.name,
        data_dir=settings.data_dir.absolute(),
        url=url,
        secret=settings.secret_key or _kept_secret(settings.data_dir),
        time_zone=settings.time_zone,
        currency=settings.currency,
        locale=settings.locale,
    )


def _kept_secret(data_dir: Path) -> str:
    data_dir.mkdir(parents=True, exist_ok=True)
    file = data_dir / "secret"
    try:
        # Made under its final name only by the first of several processes; nobody else on the machine may read it.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text("ascii").strip()
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(secret)
    return secret


def _parsed(name: str, text: str, wanted: type) -> Any:
    if wanted is bool:
        if text.lower() not in ("0", "1", "true", "false", "yes", "no"):
            raise WrongSetting(f"{name} must be 1 or 0; it is {text}.")
        return text.lower() in ("1", "true", "yes")
    if wanted is int:
        try:
            return int(text)
        except ValueError as error:
            raise WrongSetting(f"{name} must be a whole number; it is {text}.") from error
    return Path(text) if issubclass(wanted, Path) else text
