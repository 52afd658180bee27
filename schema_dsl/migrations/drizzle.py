"""The `meta` folder of Drizzle: `meta/_journal.json` lists the files that Drizzle runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import attrs

from schema_dsl.errors import MigrationError
from schema_dsl.migrations.file_name import FileName
from schema_dsl.migrations.numbered import read_numbered_name


def read_journal(folder: Path) -> Mapping[str, int] | None:
    """Return the position of every file name in the journal; None if the folder has no journal.

    Raises:
        MigrationError: If the journal cannot be read.
    """
    journal = folder / "meta" / "_journal.json"
    try:
        entries = json.loads(journal.read_text("utf-8"))["entries"]
        return {f"{entry['tag']}.sql": position for position, entry in enumerate(entries)}
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise MigrationError(f"cannot be read: {error.strerror}", where=str(journal)) from error
    except (ValueError, KeyError, TypeError) as error:
        raise MigrationError(
            "is not a journal of Drizzle, which lists the migrations as entries with a tag",
            where=str(journal),
            instead="Restore the file, or remove the folder meta.",
        ) from error


def read_journal_name(file: str, journal: Mapping[str, int]) -> FileName | None:
    """Parse a file name, with its place in the journal; return None if the journal does not list the file.

    Drizzle can name files without numbers. Then only the journal has their order.
    """
    if file not in journal:
        return None
    stem = file.removesuffix(".sql")
    numbered = read_numbered_name(stem)
    if numbered is None:
        return FileName("drizzle", "", (journal[file],), stem)
    return attrs.evolve(numbered, layout="drizzle")
