"""Check operators, casts, collations, text search objects, publications and event triggers: new and dropped ones."""

from __future__ import annotations

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.effects import Effect
from schema_dsl.analysis.effects.names import object_kind, sql_words
from schema_dsl.analysis.trees import enumeration, options, qualified_name, resolve_type_name
from schema_dsl.lint.history.define import find_defined
from schema_dsl.lint.history.publications import is_published, list_tables
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistorySchema, NamedObject
from schema_dsl.lint.semantics import collations, named_relations
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node

_DROPPED = frozenset({"operator", "cast", "text_search_configuration", "text_search_dictionary"})


def check_defined(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the collation that CREATE COLLATION copies, and that a new object does not exist yet."""
    if step.guard is not Guard.NONE:
        return
    kind, schema = object_kind(tree.kind), analyzer.history
    for name, value in options(tree.definition) if kind == "collation" else ():
        if name == "from":
            collations.check_collation(analyzer, *qualified_name(value.list.items), -1)
    schema_name, name = qualified_name(tree.defnames)
    home = schema.creation_schema(schema_name)
    if kind == "operator":
        settings = dict(options(tree.definition))
        operands = tuple(
            resolve_type_name(schema, settings[side].type_name)
            for side in ("leftarg", "rightarg")
            if side in settings
        )
        overloads = schema.operator_definitions.get((home, name), ())
        is_known = None not in operands and not schema.unknown_kinds
        if is_known and any(each.signature.arguments == operands for each in overloads):
            _report_existing(analyzer, kind, name)
    elif not tree.if_not_exists:
        _check_is_new(analyzer, (kind, home, name))


def check_cast(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that a new cast does not exist yet."""
    schema = analyzer.history
    source, target = (resolve_type_name(schema, node) for node in (tree.sourcetype, tree.targettype))
    is_known = step.guard is Guard.NONE and not schema.unknown_kinds
    if is_known and schema.find_cast(source or "", target or "") is not None:
        _report_existing(analyzer, "cast", f"{format_type(source)} AS {format_type(target)}")


def check_event_trigger(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check that a new event trigger does not exist yet."""
    if step.guard is Guard.NONE:
        _check_is_new(analyzer, ("event_trigger", "", tree.trigname))


def check_publication(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the tables and columns of a publication, and which tables it has already."""
    named_relations.check_publication(analyzer, step, tree)
    if step.guard is not Guard.NONE or analyzer.errors:
        return
    if step.kind == "create_publication_stmt":
        _check_is_new(analyzer, ("publication", "", tree.pubname))
        return
    publication = analyzer.history.others.get(("publication", "", tree.pubname))
    action = enumeration("AlterPublicationAction")[tree.action]
    if publication is None:
        return
    for relation in list_tables(analyzer.history, tree):
        published = is_published(analyzer.history, publication, relation)
        message = remedy = ""
        if action == "AP_AddObjects" and (relation.unlogged or relation.temporary):
            message = f'cannot add relation "{relation}" to publication: it is unlogged or temporary'
        elif action == "AP_AddObjects" and published:
            message = f'relation "{relation}" is already member of publication "{publication.name}"'
            remedy = "Remove the command."
        elif action == "AP_DropObjects" and not published and _is_own(analyzer.history, publication):
            message = f'relation "{relation}" is not part of the publication "{publication.name}"'
        if message:
            analyzer.report(
                "duplicate-name" if published else "unknown-object", message, remedy, -1, relation.name
            )


def _is_own(schema: HistorySchema, publication: NamedObject) -> bool:
    """Return whether the history created an object, so that it knows everything about it."""
    return publication.created_at is not None and not schema.unknown_kinds


def _check_is_new(analyzer: HistoryAnalyzer, key: tuple[str, str, str]) -> None:
    existing = analyzer.history.others.get(key)
    if existing is not None and _is_own(analyzer.history, existing):
        _report_existing(analyzer, existing.kind, existing.name)


def _report_existing(analyzer: HistoryAnalyzer, kind: str, name: str) -> None:
    words = sql_words(kind)
    analyzer.report("duplicate-name", f'{words} "{name}" already exists', "Drop it first.", -1, name)


def check_exists(analyzer: HistoryAnalyzer, effect: Effect) -> None:
    """Check that an operator, a cast or a text search object of a DROP exists."""
    schema, kind = analyzer.history, effect.identity.kind
    if effect.verb != "drop" or kind not in _DROPPED or schema.unknown_kinds:
        return
    if find_defined(schema, kind, effect.node) is not None:
        return
    nodes = effect.node.list.items if kind == "cast" else effect.node.object_with_args.objargs
    types = [
        resolve_type_name(schema, each.type_name) for each in nodes if each.WhichOneof("node") == "type_name"
    ]
    if None in types:
        return
    shown = [format_type(each) for each in types]
    homes = (effect.identity.schema,) if effect.identity.schema else schema.search_path
    if kind == "cast":
        message = f"cast from type {shown[0]} to type {shown[1]} does not exist"
    elif all(home in schema.fully_known_schemas - schema.extension_schemas for home in homes):
        operands = f" ({', '.join(shown)})" if kind == "operator" else ""
        message = f'{sql_words(kind)} "{effect.identity.name}"{operands} does not exist'
    else:
        return
    if not schema.extensions or kind != "cast":
        remedy = "Add IF EXISTS, or correct the name."
        analyzer.report("unknown-object", message, remedy, -1, effect.identity.name)
