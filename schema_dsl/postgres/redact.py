"""Connection strings without their secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, quote_plus

from psycopg import Error
from psycopg.conninfo import conninfo_to_dict

from schema_dsl.errors import PostgresError

HIDDEN: Final = "***"

_URI: Final = re.compile(r"\s*postgres(ql)?://", re.IGNORECASE)
_KEYWORDS: Final = re.compile(r"\s*\w+\s*=")
_PORTS: Final = re.compile(r"[0-9]*(,[0-9]*)*")
_SHOWN: Final = ("user", "host", "port", "dbname")
_SECRET: Final = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")


def is_dsn(spec: str) -> bool:
    """Whether `spec` has the form of a connection string, readable or not."""
    return bool(_URI.match(spec) or _KEYWORDS.match(spec))


def parse_dsn(dsn: str) -> dict[str, str]:
    """The parameters of a connection string.

    Raises:
        PostgresError: When libpq cannot read it, or reads a part of an unescaped password as something
            else (`postgresql://me:se@cret@host/db` has the host `cret@host`): such a part would be shown.
            The message shows nothing of the string, whose secret cannot be told from the rest.
    """
    parameters: dict[str, str] = {}
    misread = False
    try:
        parameters = {key: str(value) for key, value in conninfo_to_dict(dsn).items() if value is not None}
    except (Error, UnicodeError):
        misread = True
    authority, _, rest = (dsn.partition("://")[2] if _URI.match(dsn) else "").partition("/")
    misread |= authority.count("@") > 1 or "@" in rest
    # A whole connection string where a database's name belongs.
    misread |= any(sign in parameters.get("dbname", "") for sign in ("://", "="))
    if misread or not _PORTS.fullmatch(parameters.get("port", "")):
        what = "The connection string cannot be read (not shown: it may hold a password)."
        instead = (
            "Percent-encode what is special in a URI (@ is %40, / is %2F), or quote a value: password='a b'."
        )
        raise PostgresError(what, instead=instead)
    return parameters


def describe_dsn(dsn: str) -> str:
    """`user=... host=... port=... dbname=...` of a connection string: built from what may be shown.

    Nothing is ever struck out of the original, so there is nothing to forget.
    """
    try:
        parameters = parse_dsn(dsn)
    except PostgresError:
        return HIDDEN
    return describe(parameters)


def describe(parameters: dict[str, str]) -> str:
    """The parameters of a connection that may be shown, in a fixed order."""
    return " ".join(f"{name}={parameters[name]}" for name in _SHOWN if parameters.get(name))


def secrets_of(parameters: dict[str, str]) -> tuple[str, ...]:
    """The values among the parameters of a connection that nobody may see."""
    return tuple(parameters[name] for name in _SECRET if parameters.get(name))


def redact(text: str, secrets: Iterable[str]) -> str:
    """Hide every secret in a text made by others (an error of psycopg, a server's log).

    A secret is found as it is, percent-encoded in any of the usual ways, and escaped as in a conninfo.
    """
    forms: set[str] = set()
    for secret in filter(None, secrets):
        data = secret.encode("utf-8", "surrogateescape")
        encoded = {
            quote(data, safe=""),
            quote(data),
            quote_plus(data),
            "".join(f"%{byte:02X}" for byte in data),
        }
        escaped = secret.replace("\\", "\\\\").replace("'", "\\'")
        forms |= {secret, escaped, repr(secret)[1:-1], *encoded, *map(str.lower, encoded)}
    if not forms:
        return text
    # The longest first: a form may be a part of another.
    return re.sub("|".join(map(re.escape, sorted(forms, key=len, reverse=True))), HIDDEN, text)
