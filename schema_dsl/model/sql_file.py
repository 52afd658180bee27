"""Files of SQL that a declaration names."""

from __future__ import annotations

from pathlib import Path

from schema_dsl.errors import DefinitionError
from schema_dsl.model.construction import record_file
from schema_dsl.model.identity import find_origin
from schema_dsl.sql import Sql, require_storable


def find_file(path: str) -> Path:
    """Return a file by its path from the module that calls, which then does not declare anything by itself.

    Raises:
        DefinitionError: If there is no such file.
    """
    origin = find_origin()
    file = Path(path) if origin is None else Path(origin.file).parent / path
    file = file.resolve()
    if not file.is_file():
        raise DefinitionError(
            f"there is no file {path}",
            where=None if origin is None else str(origin),
            instead=f"The path starts from the folder of the module: {file.parent} has"
            f" {', '.join(sorted(each.name for each in file.parent.glob('*.sql'))) or 'no .sql files'}.",
        )
    record_file(file)
    return file


def sql_file(path: str) -> Sql:
    """Return the text of a file of SQL, such as the query of a view.

    Args:
        path: The path from the folder of the module that calls.

    Raises:
        DefinitionError: If the file does not exist, or is not UTF-8.
    """
    file = find_file(path)
    try:
        return Sql(require_storable(file.read_text("utf-8-sig")))
    except ValueError as error:
        raise DefinitionError(
            f"{path} cannot be read: {error}", where=str(file), instead="Save the file as UTF-8."
        ) from error
