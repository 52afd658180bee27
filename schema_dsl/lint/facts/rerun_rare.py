"""Effects of re-running rare statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.alter_commands import format_relation
from schema_dsl.lint.facts.dropped import DroppedName
from schema_dsl.lint.facts.rerun_parts import RerunFailure, add_schema_name, build_insertion
from schema_dsl.lint.history.replay import HistoryStep


def _do_block_remedy(catalog: str) -> str:
    return f"Put the statement into a DO block that checks {catalog} first."


def _define(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    kind = enumeration("ObjectType")[tree.kind]
    schema_name, name = qualified_name(tree.defnames)
    if kind == "OBJECT_AGGREGATE" and not tree.replace:
        insertion = build_insertion(step.statement, " OR REPLACE", "create")
        keys = add_schema_name(schema_name, ("routine", name))
        yield RerunFailure(
            f"CREATE AGGREGATE {name}", "Use CREATE OR REPLACE.", build_edits=insertion, keys=keys
        )
    elif kind == "OBJECT_COLLATION" and not tree.if_not_exists:
        insertion = build_insertion(step.statement, " IF NOT EXISTS", "collation")
        yield RerunFailure(
            f"CREATE COLLATION {name}",
            "Add IF NOT EXISTS.",
            build_edits=insertion,
            keys=add_schema_name(schema_name),
        )
    elif kind in _DEFINED:
        what, catalog = _DEFINED[kind]
        keys = (
            add_schema_name(schema_name, ("type", name))
            if kind == "OBJECT_TYPE"
            else add_schema_name(schema_name)
        )
        yield RerunFailure(f"CREATE {what} {name}", _do_block_remedy(catalog), keys=keys)


_DEFINED = {
    "OBJECT_OPERATOR": ("OPERATOR", "pg_operator"),
    "OBJECT_TYPE": ("TYPE", "pg_type"),
    "OBJECT_TSCONFIGURATION": ("TEXT SEARCH CONFIGURATION", "pg_ts_config"),
    "OBJECT_TSDICTIONARY": ("TEXT SEARCH DICTIONARY", "pg_ts_dict"),
    "OBJECT_TSPARSER": ("TEXT SEARCH PARSER", "pg_ts_parser"),
    "OBJECT_TSTEMPLATE": ("TEXT SEARCH TEMPLATE", "pg_ts_template"),
}


def _publish(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if enumeration("AlterPublicationAction")[tree.action] != "AP_AddObjects":
        return
    tables = [element.publication_obj_spec.pubtable.relation for element in tree.pubobjects]
    if not all(relation.relname for relation in tables):
        # FOR TABLES IN SCHEMA.
        tables = []
    action = (
        f"ADD TABLE {', '.join(map(format_relation, tables))}"
        if tables
        else f"ALTER PUBLICATION {tree.pubname} ADD"
    )
    keys: list[DroppedName] = [("published", tree.pubname, relation.relname) for relation in tables]
    keys += [("relation", relation.relname) for relation in tables]
    yield RerunFailure(action, _do_block_remedy("pg_publication_tables"), keys=tuple(keys))


def _event_trigger(step: HistoryStep) -> Iterator[RerunFailure]:
    name = step.tree.trigname
    remedy = f"Add DROP EVENT TRIGGER IF EXISTS {name} before the statement."
    yield RerunFailure(f"CREATE EVENT TRIGGER {name}", remedy, keys=(("event trigger", name),))


def _domain_constraint(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if tree.subtype != "C":
        return
    schema_name, domain = qualified_name(tree.type_name)
    constraint = getattr(tree, "def").constraint.conname
    keys = add_schema_name(schema_name, ("constraint", domain, constraint), ("type", domain))
    remedy = (
        "Add ALTER DOMAIN ... DROP CONSTRAINT IF EXISTS before the statement, or put the statement into a DO block "
        "that checks pg_constraint first."
    )
    # A re-run adds an unnamed constraint again under another name, which does not fail.
    if constraint:
        yield RerunFailure(f"ADD CONSTRAINT {constraint}", remedy, keys=keys)


def _rule(step: HistoryStep) -> Iterator[RerunFailure]:
    tree = step.tree
    if not tree.replace:
        insertion = build_insertion(step.statement, " OR REPLACE", "create")
        keys = add_schema_name(tree.relation.schemaname, ("relation", tree.relation.relname))
        yield RerunFailure(
            f"CREATE RULE {tree.rulename}", "Use CREATE OR REPLACE.", build_edits=insertion, keys=keys
        )


def _set_schema(step: HistoryStep) -> Iterator[RerunFailure]:
    if not step.tree.missing_ok:
        remedy = (
            "Put the statement into a DO block that checks whether the object is still in the old schema."
        )
        yield RerunFailure(f"SET SCHEMA {step.tree.newschema}", remedy)


def _needs_if_not_exists(
    word: str, name: Callable[[HistoryStep], str]
) -> Callable[[HistoryStep], Iterator[RerunFailure]]:
    def find_failures(step: HistoryStep) -> Iterator[RerunFailure]:
        if not step.tree.if_not_exists:
            insertion = build_insertion(step.statement, " IF NOT EXISTS", *word.lower().split())
            yield RerunFailure(
                f"CREATE {word} {name(step)}".rstrip(), "Add IF NOT EXISTS.", build_edits=insertion
            )

    return find_failures


def _needs_do_block(
    word: str, catalog: str, name: Callable[[HistoryStep], str]
) -> Callable[[HistoryStep], Iterator[RerunFailure]]:
    def find_failures(step: HistoryStep) -> Iterator[RerunFailure]:
        yield RerunFailure(f"CREATE {word} {name(step)}".rstrip(), _do_block_remedy(catalog))

    return find_failures


RARE_KINDS: dict[str, Callable[[HistoryStep], Iterator[RerunFailure]]] = {
    "define_stmt": _define,
    "alter_publication_stmt": _publish,
    "create_event_trig_stmt": _event_trigger,
    "alter_domain_stmt": _domain_constraint,
    "rule_stmt": _rule,
    "create_foreign_server_stmt": _needs_if_not_exists("SERVER", lambda step: str(step.tree.servername)),
    "create_user_mapping_stmt": _needs_if_not_exists("USER MAPPING", lambda _: ""),
    "create_publication_stmt": _needs_do_block(
        "PUBLICATION", "pg_publication", lambda step: str(step.tree.pubname)
    ),
    "create_cast_stmt": _needs_do_block("CAST", "pg_cast", lambda _: ""),
    "create_conversion_stmt": _needs_do_block(
        "CONVERSION", "pg_conversion", lambda step: qualified_name(step.tree.conversion_name)[1]
    ),
    "create_op_class_stmt": _needs_do_block(
        "OPERATOR CLASS", "pg_opclass", lambda step: qualified_name(step.tree.opclassname)[1]
    ),
    "alter_object_schema_stmt": _set_schema,
}
