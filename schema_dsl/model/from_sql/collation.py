"""Read CREATE COLLATION."""

from __future__ import annotations

from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import option_text, options
from schema_dsl.model.collation import Collation
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import read_qualified_name, refuse
from schema_dsl.parsing import Statement

_OPTIONS = {
    "provider": "provider",
    "locale": "locale",
    "lc_collate": "locale",
    "lc_ctype": "lc_ctype",
    "deterministic": "deterministic",
    "rules": "icu_rules",
}


def read_collation_definition(statement: Statement, declarations: SqlDeclarations) -> None:
    """Read the declaration of a collation; without a provider, Postgres takes libc.

    Raises:
        DefinitionError: If the collation is a copy of another one, or has an unknown option.
    """
    tree = statement.tree
    schema, name = read_qualified_name(tree.defnames)
    values: dict[str, Any] = {"provider": "libc"}
    for option, node in options(tree.definition):
        if option not in _OPTIONS:
            raise refuse(
                f"collation {name} has {option.upper()}", "Write its locale and, if it has one, its provider."
            )
        text = option_text(node)
        values[_OPTIONS[option]] = text.lower() != "false" if option == "deterministic" else text
    declarations.declare(Identity("collation", schema, name), Collation, name=name, schema=schema, **values)
