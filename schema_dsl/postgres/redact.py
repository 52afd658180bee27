"""Remove secrets from connection strings and messages."""

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
_PUBLIC: Final = ("user", "host", "port", "dbname")
_SECRET: Final = ("password", "sslpassword", "oauth_client_secret", "scram_client_key", "scram_server_key")


def is_dsn(spec: str) -> bool:
    """Return whether `spec` looks like a connection string, even if libpq cannot parse it."""
    return bool(_URI.match(spec) or _KEYWORDS.match(spec))


def parse_dsn(dsn: str) -> dict[str, str]:
    """Parse a connection string into its parameters.

    Raises:
        PostgresError: If libpq cannot parse the string, or parses a part of an unescaped password as another
            parameter, which would then be displayed (`postgresql://me:se@cret@host/db` has the host `cret@host`).
            The message does not contain the string, because we cannot know which part of it is the password.
    """
    parameters = _parse(dsn)
    if parameters is None:
        what = "The connection string cannot be parsed (hidden, because it may contain a password)."
        instead = "Percent-encode special characters in a URI (@ is %40, / is %2F), or quote a value: password='a b'."
        raise PostgresError(what, instead=instead)
    return parameters


def _parse(dsn: str) -> dict[str, str] | None:
    """Parse a connection string; None if it cannot be parsed. The variables of this frame are in no traceback."""
    parameters: dict[str, str] = {}
    misread = False
    try:
        parameters = {key: str(value) for key, value in conninfo_to_dict(dsn).items() if value is not None}
    except (Error, UnicodeError):
        misread = True
    authority, _, rest = (dsn.partition("://")[2] if _URI.match(dsn) else "").partition("/")
    misread |= authority.count("@") > 1 or "@" in rest
    # libpq accepts a whole connection string as dbname.
    misread |= any(sign in parameters.get("dbname", "") for sign in ("://", "="))
    return None if misread or not _PORTS.fullmatch(parameters.get("port", "")) else parameters


def describe_dsn(dsn: str) -> str:
    """Format the public parameters of a connection string: `user=... host=... port=... dbname=...`.

    The text is built from a list of public parameters, so that an unknown parameter is never displayed.
    """
    try:
        parameters = parse_dsn(dsn)
    except PostgresError:
        return HIDDEN
    return describe_parameters(parameters)


def describe_parameters(parameters: dict[str, str]) -> str:
    """Format the public parameters of a connection, in a fixed order."""
    return " ".join(f"{name}={parameters[name]}" for name in _PUBLIC if parameters.get(name))


def list_secrets(parameters: dict[str, str]) -> tuple[str, ...]:
    """List the secret values among the parameters of a connection."""
    return tuple(parameters[name] for name in _SECRET if parameters.get(name))


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace every secret in a text, such as an error message of psycopg or the log of a server.

    A secret is found verbatim, in every usual percent-encoding, and escaped as in a connection string.
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
    # The longest form first, because a form may be a part of another form.
    return re.sub("|".join(map(re.escape, sorted(forms, key=len, reverse=True))), HIDDEN, text)
