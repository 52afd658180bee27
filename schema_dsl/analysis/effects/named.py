"""The effects of statements about one object whose name is in one field: most CREATE, ALTER and DROP statements."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Final, NamedTuple

from schema_dsl.analysis.effects.effect import Effect, Verb
from schema_dsl.analysis.effects.names import identify, object_kind, of_range_var, part_of
from schema_dsl.analysis.effects.registry import derives
from schema_dsl.analysis.locks import LockMode
from schema_dsl.parsing import Node


class _StatementEffect(NamedTuple):
    """A form of statements.

    Attributes:
        verb: The change or use of the object.
        kind: The kind of object, or a function that reads it.
        name: The field with the name of the object, or the two fields that identify an object without a name.
        lock: The lock on the relation, unless the statement creates the relation.
        relation: The field with the relation of a part, such as a policy.
    """

    verb: Verb
    kind: str | Callable[[Node], str]
    name: str
    lock: LockMode | None = None
    relation: str = ""


_FORMS: Final = {
    "create_seq_stmt": _StatementEffect("create", "sequence", "sequence"),
    "view_stmt": _StatementEffect("create", "view", "view", LockMode.ACCESS_EXCLUSIVE),
    "create_function_stmt": _StatementEffect(
        "create", lambda tree: "procedure" if tree.is_procedure else "function", "funcname"
    ),
    "create_enum_stmt": _StatementEffect("create", "enum", "type_name"),
    "create_range_stmt": _StatementEffect("create", "range", "type_name"),
    "create_domain_stmt": _StatementEffect("create", "domain", "domainname"),
    "composite_type_stmt": _StatementEffect("create", "composite_type", "typevar"),
    "create_policy_stmt": _StatementEffect(
        "create", "policy", "policy_name", LockMode.ACCESS_EXCLUSIVE, "table"
    ),
    "create_trig_stmt": _StatementEffect(
        "create", "trigger", "trigname", LockMode.SHARE_ROW_EXCLUSIVE, "relation"
    ),
    "rule_stmt": _StatementEffect("create", "rule", "rulename", LockMode.ACCESS_EXCLUSIVE, "relation"),
    "create_cast_stmt": _StatementEffect("create", "cast", "sourcetype targettype"),
    "create_transform_stmt": _StatementEffect("create", "transform", "type_name lang"),
    "create_user_mapping_stmt": _StatementEffect("create", "user_mapping", "user.rolename servername"),
    "alter_user_mapping_stmt": _StatementEffect("alter", "user_mapping", "user.rolename servername"),
    "drop_user_mapping_stmt": _StatementEffect("drop", "user_mapping", "user.rolename servername"),
    "create_event_trig_stmt": _StatementEffect("create", "event_trigger", "trigname"),
    "create_extension_stmt": _StatementEffect("create", "extension", "extname"),
    "create_role_stmt": _StatementEffect("create", "role", "role"),
    "create_conversion_stmt": _StatementEffect("create", "conversion", "conversion_name"),
    "create_op_class_stmt": _StatementEffect("create", "operator_class", "opclassname"),
    "create_op_family_stmt": _StatementEffect("create", "operator_family", "opfamilyname"),
    "create_subscription_stmt": _StatementEffect("create", "subscription", "subname"),
    "create_fdw_stmt": _StatementEffect("create", "foreign_data_wrapper", "fdwname"),
    "create_foreign_server_stmt": _StatementEffect("create", "foreign_server", "servername"),
    "create_plang_stmt": _StatementEffect("create", "language", "plname"),
    "create_am_stmt": _StatementEffect("create", "access_method", "amname"),
    "create_table_space_stmt": _StatementEffect("create", "tablespace", "tablespacename"),
    "createdb_stmt": _StatementEffect("create", "database", "dbname"),
    "alter_seq_stmt": _StatementEffect("alter", "sequence", "sequence", LockMode.SHARE_ROW_EXCLUSIVE),
    "alter_function_stmt": _StatementEffect("alter", lambda tree: object_kind(tree.objtype), "func.objname"),
    "alter_policy_stmt": _StatementEffect(
        "alter", "policy", "policy_name", LockMode.ACCESS_EXCLUSIVE, "table"
    ),
    "alter_event_trig_stmt": _StatementEffect("alter", "event_trigger", "trigname"),
    "alter_extension_stmt": _StatementEffect("alter", "extension", "extname"),
    "alter_extension_contents_stmt": _StatementEffect("alter", "extension", "extname"),
    "alter_role_stmt": _StatementEffect("alter", "role", "role.rolename"),
    "alter_role_set_stmt": _StatementEffect("alter", "role", "role.rolename"),
    "alter_op_family_stmt": _StatementEffect("alter", "operator_family", "opfamilyname"),
    "alter_operator_stmt": _StatementEffect("alter", "operator", "opername.objname"),
    "alter_type_stmt": _StatementEffect("alter", "base_type", "type_name"),
    "alter_collation_stmt": _StatementEffect("alter", "collation", "collname"),
    "alter_stats_stmt": _StatementEffect("alter", "statistics", "defnames"),
    "alter_tsdictionary_stmt": _StatementEffect("alter", "text_search_dictionary", "dictname"),
    "alter_tsconfiguration_stmt": _StatementEffect("alter", "text_search_configuration", "cfgname"),
    "alter_subscription_stmt": _StatementEffect("alter", "subscription", "subname"),
    "alter_fdw_stmt": _StatementEffect("alter", "foreign_data_wrapper", "fdwname"),
    "alter_foreign_server_stmt": _StatementEffect("alter", "foreign_server", "servername"),
    "alter_table_space_options_stmt": _StatementEffect("alter", "tablespace", "tablespacename"),
    "alter_database_stmt": _StatementEffect("alter", "database", "dbname"),
    "alter_database_set_stmt": _StatementEffect("alter", "database", "dbname"),
    "alter_database_refresh_coll_stmt": _StatementEffect("alter", "database", "dbname"),
    "alter_system_stmt": _StatementEffect("alter", "setting", "setstmt.name"),
    "drop_subscription_stmt": _StatementEffect("drop", "subscription", "subname"),
    "drop_table_space_stmt": _StatementEffect("drop", "tablespace", "tablespacename"),
    "dropdb_stmt": _StatementEffect("drop", "database", "dbname"),
}
# The fields for the clauses with which a statement accepts that the object exists or is missing.
_CLAUSES: Final = {"if_not_exists": "IF NOT EXISTS", "replace": "OR REPLACE", "missing_ok": "IF EXISTS"}


def read_clause(tree: Node) -> tuple[str, bool]:
    """Return the clause that the grammar has for a kind of statement, and whether the statement has the clause."""
    fields = tree.DESCRIPTOR.fields_by_name
    for field, clause in _CLAUSES.items():
        if field in fields:
            return clause, getattr(tree, field)
    return "", False


def _derive(form: _StatementEffect, read_name: Callable[[Node], Node], tree: Node) -> Iterator[Effect]:
    verb, kind, _, lock, relation_field = form
    kind = kind if isinstance(kind, str) else kind(tree)
    name = read_name(tree)
    clause, guarded = read_clause(tree)
    if clause == "OR REPLACE" and verb == "alter":
        # ALTER TEXT SEARCH CONFIGURATION ... REPLACE is about a dictionary.
        clause, guarded = "", False
    elif clause == "OR REPLACE" and guarded:
        verb = "replace"
    if relation_field:
        relation = getattr(tree, relation_field)
        identity = part_of(of_range_var("table", relation), kind, name)
    else:
        relation = name if hasattr(name, "relname") else None
        identity = identify(kind, name)
        lock = None if verb == "create" else lock
    yield Effect(verb, identity, tree, relation, None, lock, clause, guarded)


for _kind, _form in _FORMS.items():
    derives(_kind)(functools.partial(_derive, _form, attrgetter(*_form.name.split())))
