"""Read a file that has the CREATE statement of one routine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from schema_dsl.errors import DefinitionError
from schema_dsl.model.from_sql.declarations import located
from schema_dsl.model.from_sql.kinds.function import read_routine
from schema_dsl.model.from_sql.reader import read_statements
from schema_dsl.model.identity import Origin


def read_routine_file(file: Path, kind: str) -> dict[str, Any]:
    """Return the arguments of the class of the routine in a file, with the line of its statement.

    Args:
        file: The file.
        kind: "function" or "procedure".

    Raises:
        DefinitionError: If the file is not exactly one CREATE statement of that kind.
    """
    statements = list(read_statements(file))
    found = [
        statement
        for statement in statements
        if statement.kind == "create_function_stmt" and statement.tree.is_procedure is (kind == "procedure")
    ]
    if len(found) != 1 or len(statements) != 1:
        raise DefinitionError(
            f"the file has {len(statements)} statement{'' if len(statements) == 1 else 's'}, and not one"
            f" CREATE {kind.upper()}",
            where=str(Origin(str(file), statements[0].line if statements else 1)),
            instead="Leave one statement. A file that no declaration names may have several.",
        )
    origin = Origin(str(file), found[0].line)
    with located(origin):
        return {**read_routine(found[0]), "origin": origin}
