"""Check that no object depends on the objects that a statement drops or retypes: Postgres refuses such a statement."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.analysis.bodies import Guard
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.effects.names import is_cascade, kind_group
from schema_dsl.lint.facts.rewrites import find_rewrite_reason
from schema_dsl.lint.history.dependencies import list_contents
from schema_dsl.lint.history.dependent import Dependent, Referenced
from schema_dsl.lint.history.drop import find_dropped_objects
from schema_dsl.lint.history.extensions import find_extension_dependents
from schema_dsl.lint.history.owned_sequences import find_owner_of_sequence
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation, HistorySchema
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer

_SHOWN = 3
# The kinds of objects that Postgres drops with a column of the same table.
_DROPPED_WITH_COLUMN = frozenset({"check", "index", "default", "column"})
# The kinds of users of a column because of which ALTER COLUMN ... TYPE fails.
_REFUSE_NEW_TYPE = {
    "view": "a view or rule",
    "policy": "a policy definition",
    "trigger": "a trigger definition",
    "rule": "a view or rule",
    "generated": "a generated column",
    "routine": "a function or procedure",
}


def check_drop(analyzer: HistoryAnalyzer, step: HistoryStep) -> None:
    """Check that no other object depends on the objects of a DROP without CASCADE."""
    dropped = effects(step.statement)
    for effect in dropped if dropped[0].identity.kind == "sequence" and step.guard is Guard.NONE else ():
        _check_column_sequence(analyzer, effect)
    if step.guard is not Guard.NONE or dropped[0].cascade:
        return
    found = {effect: find_dropped_objects(analyzer.history, effect) for effect in dropped}
    removed: set[Referenced] = {each for objects in found.values() for each in objects}
    for effect, objects in found.items():
        if effect.identity.kind == "schema":
            _check_schema(analyzer, effect, objects)
            continue
        _check_own_constraint(analyzer, effect, objects)
        contents = [part for each in objects for part in list_contents(each)]
        dependents = [
            each
            for each in analyzer.history.dependencies.find(analyzer.history, contents)
            if each.owner not in removed
        ]
        dependents += _find_children(analyzer, objects, removed)
        if effect.identity.kind == "extension":
            dependents += find_extension_dependents(analyzer.history, effect.identity.name)
        _report(analyzer, _describe(effect), dependents, effect.identity.name)


def _check_column_sequence(analyzer: HistoryAnalyzer, effect: Effect) -> None:
    """Check that no serial or identity column uses the sequence of a DROP SEQUENCE."""
    schema, identity = analyzer.history, effect.identity
    if schema.find_relation(identity.schema, identity.name) is not None:
        return
    relation, column = find_owner_of_sequence(schema, identity.schema, identity.name) or (None, None)
    if relation is None or column is None or not Dependent("column", relation, column).is_certain(schema):
        return
    # A serial column with another default no longer uses its sequence.
    if column.as_identity or (column.default is None and not effect.cascade):
        analyzer.report(
            "dependent-objects",
            f'cannot drop sequence "{identity.name}" because column {column.name} of table {relation} requires it',
            f"Use ALTER COLUMN {column.name} DROP {'IDENTITY' if column.as_identity else 'DEFAULT'}.",
            -1,
            identity.name,
        )


def check_truncate(analyzer: HistoryAnalyzer, relations: Sequence[HistoryRelation]) -> None:
    """Check that foreign keys of no other table reference the tables of a TRUNCATE without CASCADE."""
    schema = analyzer.history
    keys = {relation.key for relation in relations}
    for other in schema.relations.values() if keys & schema.referenced else ():
        for constraint in other.constraints.values():
            is_certain = not other.uncertain and constraint.created_at is not None
            if constraint.target in keys and other.key not in keys and is_certain:
                message = "cannot truncate a table referenced in a foreign key constraint"
                message += f": {constraint.name} of {other}"
                remedy = f"Truncate {other} in the same statement, or use TRUNCATE ... CASCADE."
                analyzer.report("dependent-objects", message, remedy, -1, relations[0].name)
                return


def _find_children(
    analyzer: HistoryAnalyzer, objects: Sequence[Referenced], removed: set[Referenced]
) -> list[Dependent]:
    """Return the tables that inherit from dropped tables and are no partitions, which go with their parent."""
    schema = analyzer.history
    parents = [each for each in objects if isinstance(each, HistoryRelation)]
    children = [(parent, schema.relations.get(key)) for parent in parents for key in parent.children]
    return [
        Dependent("table", child)
        for parent, child in children
        if child is not None
        and child not in removed
        and child.partition_of is None
        and parent.key in child.parents
    ]


def _check_schema(analyzer: HistoryAnalyzer, effect: Effect, objects: Sequence[Referenced]) -> None:
    """Check that a schema to drop is empty."""
    certain = [
        each
        for each in objects
        if isinstance(each, HistoryRelation)
        and each.is_named
        and Dependent("table", each).is_certain(analyzer.history)
        and not each.temporary
    ]
    if certain:
        names = ", ".join(str(each.identity) for each in certain[:_SHOWN])
        analyzer.report(
            "dependent-objects",
            f'cannot drop schema "{effect.identity.name}" because it still contains {names}',
            "Drop its objects first, or drop the schema with CASCADE.",
            -1,
            effect.identity.name,
        )


def _check_own_constraint(analyzer: HistoryAnalyzer, effect: Effect, objects: Sequence[Referenced]) -> None:
    """Check that an index to drop does not belong to a constraint."""
    if kind_group(effect.identity.kind) != "index" or not objects:
        return
    index = analyzer.history.find_index(effect.identity.schema, effect.identity.name)
    relation = None if index is None else analyzer.history.relations.get(index.relation)
    constraint = None if relation is None or index is None else relation.constraints.get(index.name)
    if relation is not None and constraint is not None and "constraints" not in relation.unknown_kinds:
        analyzer.report(
            "dependent-objects",
            f'cannot drop index "{constraint.name}" because constraint "{constraint.name}" of table '
            f'"{relation}" requires it',
            f"Drop the constraint: ALTER TABLE {relation} DROP CONSTRAINT {constraint.name}.",
            -1,
            constraint.name,
        )


def check_command(
    analyzer: HistoryAnalyzer, step: HistoryStep, relation: HistoryRelation, effect: Effect
) -> None:
    """Check that no other object depends on the part that a command of ALTER TABLE drops or retypes."""
    identity = effect.identity
    if relation.kind == "composite_type" and identity.kind == "attribute" and not _is_cascade(effect):
        check_typed_tables(analyzer, relation)
    if effect.command is not None and effect.command.kind == "AT_AlterColumnType":
        if not _check_new_type(analyzer, relation, identity.name):
            _check_row_type(analyzer, relation)
    elif (
        effect.verb == "create"
        and identity.kind == "column"
        and find_rewrite_reason(analyzer.history, effect.node)
    ):
        _check_row_type(analyzer, relation)
    elif effect.verb == "drop" and identity.kind in {"column", "constraint"} and not effect.cascade:
        _check_dropped_part(analyzer, step, relation, effect)


def _is_cascade(effect: Effect) -> bool:
    """Return whether a command about an attribute also changes the typed tables."""
    return effect.cascade or (effect.command is not None and is_cascade(effect.command.node))


def check_typed_tables(analyzer: HistoryAnalyzer, relation: HistoryRelation) -> None:
    """Check that no typed table has a composite type whose attributes change without CASCADE."""
    for each in analyzer.history.dependencies.find(analyzer.history, [relation]):
        if each.kind == "table" and each.is_certain(analyzer.history):
            message = (
                f'cannot alter type "{relation}" because it is the type of typed table {each.identity.name}'
            )
            analyzer.report("dependent-objects", message, "Add CASCADE.", -1, relation.name)
            return


def _check_dropped_part(
    analyzer: HistoryAnalyzer, step: HistoryStep, relation: HistoryRelation, effect: Effect
) -> None:
    identity = effect.identity
    part = (relation.columns if identity.kind == "column" else relation.constraints).get(identity.name)
    if part is None:
        return
    dropped = {each.identity.name for each in effects(step.statement) if each.verb == "drop"}
    inherited = (
        _find_inherited(analyzer.history, relation, identity.name) if identity.kind == "column" else {}
    )
    parts = [part, *inherited.values()]
    found = [
        each
        for each in analyzer.history.dependencies.find(analyzer.history, parts)
        if (each.owner is not relation and each.owner not in inherited)
        or each.part is None
        or not (
            each.part.name in dropped
            or (identity.kind == "column" and (each.part in parts or each.kind in _DROPPED_WITH_COLUMN))
        )
    ]
    _report(analyzer, f'{identity.kind} "{identity.name}" of table "{relation}"', found, identity.name)


def _check_new_type(analyzer: HistoryAnalyzer, relation: HistoryRelation, name: str) -> bool:
    """Report the first view, policy, trigger or generated column that uses a column whose type changes."""
    column = relation.columns.get(name)
    if column is None or column.uncertain:
        return False
    columns = [column, *_find_inherited(analyzer.history, relation, name).values()]
    for each in analyzer.history.dependencies.find(analyzer.history, columns):
        user = _REFUSE_NEW_TYPE.get(each.kind)
        if user is None or each.part in columns or not each.is_certain(analyzer.history):
            continue
        analyzer.report(
            "dependent-objects",
            f'cannot alter the type of column "{name}", which is used by {user}: {each.identity}',
            f"Drop {each.identity} first, and create it again afterwards.",
            -1,
            name,
        )
        return True
    return False


def _find_inherited(
    schema: HistorySchema, relation: HistoryRelation, name: str
) -> dict[Referenced, HistoryColumn]:
    """Return the columns that inherit a column, by their tables."""
    found: dict[Referenced, HistoryColumn] = {}
    for key in relation.children:
        child = schema.relations.get(key)
        if child is None or child in found or relation.key not in child.parents or name not in child.columns:
            continue
        if child.columns[name].inherited:
            found[child] = child.columns[name]
            found.update(_find_inherited(schema, child, name))
    return found


def _check_row_type(analyzer: HistoryAnalyzer, relation: HistoryRelation) -> None:
    """Check that no column has the row type of a table whose rows change: Postgres does not convert its values."""
    for each in analyzer.history.dependencies.find(analyzer.history, [relation]):
        if each.kind == "column" and each.is_certain(analyzer.history):
            analyzer.report(
                "dependent-objects",
                f'cannot alter table "{relation}" because {each.identity} has its row type',
                f"Drop {each.identity} first.",
                -1,
                relation.name,
            )
            return


def _describe(effect: Effect) -> str:
    identity = effect.identity
    return f'{identity.kind.replace("_", " ")} "{identity.name}"'


def _report(analyzer: HistoryAnalyzer, what: str, dependents: Sequence[Dependent], word: str) -> None:
    certain = [each for each in dependents if each.is_certain(analyzer.history)]
    columns = {each.part for each in certain if each.kind == "column"}
    # The default of a listed column says nothing new.
    certain = [each for each in certain if each.kind != "default" or each.part not in columns]
    if not certain:
        return
    listed = ", ".join(str(each.identity) for each in certain[:_SHOWN])
    more = f" and {len(certain) - _SHOWN} more" if len(certain) > _SHOWN else ""
    analyzer.report(
        "dependent-objects",
        f"cannot drop {what} because other objects depend on it: {listed}{more}",
        "Drop or change them first, or add CASCADE to drop them too.",
        -1,
        word,
    )
