"""The options of foreign-data wrappers, servers, user mappings and foreign tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from schema_dsl.errors import DefinitionError
from schema_dsl.sql import require_storable

ForeignOptions: TypeAlias = tuple[tuple[str, str], ...]
OptionSource: TypeAlias = Mapping[str, str] | Iterable[tuple[str, str]]

SENSITIVE_NAMES: Final = (
    "password|passwd|passphrase|passcode|secret|token|credential|private_?key|api_?key|access_?key|conn_?str"
)
"""A pattern of the names of options that contain secrets. The catalog queries get it as a parameter."""
REFERENCE_NAMES: Final = "_(id|name|required|file)$"
"""A pattern of the names that only identify a secret, such as `api_key_id`."""


def is_secret(name: str) -> bool:
    """Return whether an option contains a secret, by its name."""
    return bool(re.search(SENSITIVE_NAMES, name, re.IGNORECASE)) and not re.search(
        REFERENCE_NAMES, name, re.IGNORECASE
    )


def to_foreign_options(value: OptionSource) -> ForeignOptions:
    """Convert options to pairs of name and value, sorted by name.

    Raises:
        DefinitionError: If an option is not text, or contains a secret.
    """
    pairs: list[Any] = list(value.items() if isinstance(value, Mapping) else value)
    for pair in pairs:
        if not isinstance(pair, tuple) or not all(isinstance(part, str) for part in pair):
            raise DefinitionError(
                f"options takes names and values as text, not {pair!r}",
                instead='Write options={"host": "db.example.com", "port": "5432"}.',
            )
        if is_secret(pair[0]):
            raise DefinitionError(
                f"the option {pair[0]} contains a secret, which definitions and migrations do not contain",
                instead=f"Leave it out, and set it by hand: ALTER ... OPTIONS (ADD {pair[0]} '...').",
            )
    return tuple(sorted((name, require_storable(text)) for name, text in pairs))
