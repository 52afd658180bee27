"""What happens a second time to statements that a migration seldom has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from schema_dsl.lint.facts.alter_commands import shown
from schema_dsl.lint.facts.dropped import Name
from schema_dsl.lint.facts.rerun_parts import Again, insert, inside
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration, qualified


def _block(catalog: str) -> str:
    return f"Put it into a DO block that asks {catalog} first."


def _define(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    kind = enumeration("ObjectType")[tree.kind]
    where, name = qualified(tree.defnames)
    if kind == "OBJECT_AGGREGATE" and not tree.replace:
        mend = insert(step.statement, " OR REPLACE", "create")
        keys = inside(where, ("routine", name))
        yield Again(f"CREATE AGGREGATE {name}", "Say CREATE OR REPLACE.", mend=mend, keys=keys)
    elif kind == "OBJECT_COLLATION" and not tree.if_not_exists:
        mend = insert(step.statement, " IF NOT EXISTS", "collation")
        yield Again(f"CREATE COLLATION {name}", "Say IF NOT EXISTS.", mend=mend, keys=inside(where))
    elif kind in _DEFINED:
        what, catalog = _DEFINED[kind]
        keys = inside(where, ("type", name)) if kind == "OBJECT_TYPE" else inside(where)
        yield Again(f"CREATE {what} {name}", _block(catalog), keys=keys)


_DEFINED = {
    "OBJECT_OPERATOR": ("OPERATOR", "pg_operator"),
    "OBJECT_TYPE": ("TYPE", "pg_type"),
    "OBJECT_TSCONFIGURATION": ("TEXT SEARCH CONFIGURATION", "pg_ts_config"),
    "OBJECT_TSDICTIONARY": ("TEXT SEARCH DICTIONARY", "pg_ts_dict"),
    "OBJECT_TSPARSER": ("TEXT SEARCH PARSER", "pg_ts_parser"),
    "OBJECT_TSTEMPLATE": ("TEXT SEARCH TEMPLATE", "pg_ts_template"),
}


def _publish(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if enumeration("AlterPublicationAction")[tree.action] != "AP_AddObjects":
        return
    tables = [each.publication_obj_spec.pubtable.relation for each in tree.pubobjects]
    if not all(each.relname for each in tables):
        # All tables of a schema.
        tables = []
    what = f"ADD TABLE {', '.join(map(shown, tables))}" if tables else f"adding to publication {tree.pubname}"
    keys: list[Name] = [("published", tree.pubname, each.relname) for each in tables]
    keys += [("relation", each.relname) for each in tables]
    yield Again(what, _block("pg_publication_tables"), keys=tuple(keys))


def _event_trigger(step: HistoryStep) -> Iterator[Again]:
    name = step.tree.trigname
    remedy = f"DROP EVENT TRIGGER IF EXISTS {name} before it."
    yield Again(f"CREATE EVENT TRIGGER {name}", remedy, keys=(("event trigger", name),))


def _domain_constraint(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if tree.subtype != "C":
        return
    where, domain = qualified(tree.type_name)
    constraint = getattr(tree, "def").constraint.conname
    keys = inside(where, ("constraint", domain, constraint), ("type", domain))
    remedy = (
        "ALTER DOMAIN ... DROP CONSTRAINT IF EXISTS before it, or a DO block that asks pg_constraint first."
    )
    # Without a name it is added once more, under another.
    if constraint:
        yield Again(f"ADD CONSTRAINT {constraint}", remedy, keys=keys)


def _rule(step: HistoryStep) -> Iterator[Again]:
    tree = step.tree
    if not tree.replace:
        mend = insert(step.statement, " OR REPLACE", "create")
        keys = inside(tree.relation.schemaname, ("relation", tree.relation.relname))
        yield Again(f"CREATE RULE {tree.rulename}", "Say CREATE OR REPLACE.", mend=mend, keys=keys)


def _set_schema(step: HistoryStep) -> Iterator[Again]:
    if not step.tree.missing_ok:
        remedy = "Put it into a DO block that asks whether it is still where it was."
        yield Again(f"SET SCHEMA {step.tree.newschema}", remedy)


def _absent(word: str, name: Callable[[HistoryStep], str]) -> Callable[[HistoryStep], Iterator[Again]]:
    def once(step: HistoryStep) -> Iterator[Again]:
        if not step.tree.if_not_exists:
            mend = insert(step.statement, " IF NOT EXISTS", *word.lower().split())
            yield Again(f"CREATE {word} {name(step)}".rstrip(), "Say IF NOT EXISTS.", mend=mend)

    return once


def _other(
    word: str, catalog: str, name: Callable[[HistoryStep], str]
) -> Callable[[HistoryStep], Iterator[Again]]:
    def once(step: HistoryStep) -> Iterator[Again]:
        yield Again(f"CREATE {word} {name(step)}".rstrip(), _block(catalog))

    return once


RARE: dict[str, Callable[[HistoryStep], Iterator[Again]]] = {
    "define_stmt": _define,
    "alter_publication_stmt": _publish,
    "create_event_trig_stmt": _event_trigger,
    "alter_domain_stmt": _domain_constraint,
    "rule_stmt": _rule,
    "create_foreign_server_stmt": _absent("SERVER", lambda step: str(step.tree.servername)),
    "create_user_mapping_stmt": _absent("USER MAPPING", lambda _: ""),
    "create_publication_stmt": _other("PUBLICATION", "pg_publication", lambda step: str(step.tree.pubname)),
    "create_cast_stmt": _other("CAST", "pg_cast", lambda _: ""),
    "create_conversion_stmt": _other(
        "CONVERSION", "pg_conversion", lambda step: qualified(step.tree.conversion_name)[1]
    ),
    "create_op_class_stmt": _other(
        "OPERATOR CLASS", "pg_opclass", lambda step: qualified(step.tree.opclassname)[1]
    ),
    "alter_object_schema_stmt": _set_schema,
}
