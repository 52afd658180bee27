"""Read CREATE VIEW."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.model.from_sql.declarations import SqlDeclarations
from schema_dsl.model.from_sql.nodes import (
    drop_words,
    find_text_after,
    read_options,
    read_relation_name,
    refuse,
)
from schema_dsl.model.view import View
from schema_dsl.parsing import Statement

_CHECK_OPTIONS: Final = {"LOCAL_CHECK_OPTION": "local", "CASCADED_CHECK_OPTION": "cascaded"}
_ENDINGS: Final = (
    ("with", "local", "check", "option"),
    ("with", "cascaded", "check", "option"),
    ("with", "check", "option"),
)


def _read(statement: Statement, declarations: SqlDeclarations) -> None:
    tree = statement.tree
    schema, name = read_relation_name(tree.view)
    values: dict[str, Any] = {
        "query": drop_words(find_text_after(statement, "as"), *_ENDINGS),
        "columns": names(tree.aliases),
        "check_option": _CHECK_OPTIONS.get(enumeration("ViewCheckOption")[tree.with_check_option]),
    }
    words = {token.lower() for token in statement.text.split("(")[0].split()}
    if "recursive" in words:
        values["recursive"] = True
    for option, value in read_options(tree.options).items():
        if option == "check_option":
            values[option] = value
        elif option in {"security_barrier", "security_invoker"}:
            values[option] = value.lower() in {"true", "on", "yes", "1"}
        else:
            raise refuse(f"view {name} has the option {option}", "Remove it.")
    declarations.declare(Identity("relation", schema, name), View, name=name, schema=schema, **values)


READERS: Final = {"view_stmt": _read}
