"""What is put to the proof."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import Platform


@attrs.frozen(kw_only=True)
class Subject:
    """A migration, what was there before it, and what it is meant to bring about.

    `script` is the migration's text; `earlier` are those of ours, and any between, that it continues.
    `rollback` is the text that is meant to undo it, where there is one. `settings` are those of a session,
    such as lock_timeout, that the project wants its migrations to run under.
    """

    platform: Platform
    baseline: str
    earlier: tuple[Migration, ...]
    file: str
    script: str
    wanted: Catalog
    rollback: str | None = None
    settings: Mapping[str, str] = attrs.Factory(dict)
