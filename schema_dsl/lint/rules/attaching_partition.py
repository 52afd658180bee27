"""A new partition makes Postgres read an existing table under an ACCESS EXCLUSIVE lock."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.alter_commands import is_existing_table
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.history.schema import HistoryConstraint, HistoryRelation, RelationKey
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.parsing import Node, walk

# The children of a table that are read, and those of them that are default partitions.
_DEFAULTS: HistoryCache[dict[HistoryRelation, tuple[list[RelationKey], list[RelationKey]]]] = HistoryCache(
    dict
)


def _check(step: HistoryStep) -> Hits:
    for parent, attached, bound in _list_partitions(step):
        table = step.schema.find_relation(parent.schemaname, parent.relname)
        keys = frozenset(table.partition_key if table is not None else ())
        if attached is not None and is_existing_table(step, attached.schemaname, attached.relname):
            child = step.schema.find_relation(attached.schemaname, attached.relname)
            if not _has_check(child, keys, not_null=True):
                name = attached.relname if child is None else child
                yield f"ATTACH PARTITION reads all rows of {name}, and blocks reads and writes of it meanwhile"
        default = None if table is None or bound.is_default else _find_default(step, table)
        if default is not None and is_existing_table(step, *default.key) and not _has_check(default, keys):
            yield (
                f"the new partition reads all rows of the default partition {default}, and blocks reads and writes "
                "of it meanwhile"
            )


def _list_partitions(step: HistoryStep) -> Iterator[tuple[Node, Node | None, Node]]:
    """Yield the partitioned table, the table that becomes a partition, if it exists, and the bound."""
    if step.kind == "create_stmt":
        if step.tree.HasField("partbound"):
            yield step.tree.inh_relations[0].range_var, None, step.tree.partbound
        return
    for effect in effects(step.statement):
        if effect.verb == "attach" and effect.node.DESCRIPTOR.name == "PartitionCmd":
            yield step.tree.relation, effect.relation, effect.node.bound


def _find_default(step: HistoryStep, table: HistoryRelation) -> HistoryRelation | None:
    """Return the default partition of a table. Only children that were added since the last call are read."""
    read, defaults = _DEFAULTS.get(step.schema).setdefault(table, ([], []))
    if table.children[: len(read)] != read:
        read.clear()
        defaults.clear()
    new = table.children[len(read) :]
    read += new
    defaults += [key for key in new if _is_default(step.schema.relations.get(key), table)]
    found = (step.schema.relations.get(key) for key in defaults)
    return next((each for each in found if _is_default(each, table)), None)


def _is_default(child: HistoryRelation | None, table: HistoryRelation) -> bool:
    return bool(
        child is not None
        and child.partition_of == table.key
        and child.partition_bound is not None
        and child.partition_bound.is_default
    )


def _has_check(table: HistoryRelation | None, keys: frozenset[str], *, not_null: bool = False) -> bool:
    """Return whether a valid check reads the columns of the partition key: Postgres then need not read the rows.

    With `not_null`, the columns or the check also have to refuse NULL.
    """
    if table is None or not keys:
        return False
    known = [column for name in keys if (column := table.columns.get(name)) is not None]
    is_required = not not_null or all(column.not_null for column in known)
    return any(
        each.kind == "check"
        and each.valid
        and each.enforced
        and keys <= each.checked
        and (is_required or _tests_null(each))
        for each in table.constraints.values()
    )


def _tests_null(check: HistoryConstraint) -> bool:
    return check.tree is not None and any(
        node.DESCRIPTOR.name == "NullTest" for node in walk(check.tree.raw_expr)
    )


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Postgres reads the rows of a table that becomes a partition, to see that they are within the bound, and the "
        "rows of the default partition, to see that none belongs to the new one. Both tables are locked with ACCESS "
        "EXCLUSIVE meanwhile. Postgres reads nothing if a valid CHECK says the same."
    ),
    remedy=(
        "Before it, ADD CONSTRAINT ... CHECK (...) NOT VALID with the bound, or for a default partition with its "
        "negation, and VALIDATE CONSTRAINT. Drop the check afterwards."
    ),
    bad="""
        ALTER TABLE public.events ATTACH PARTITION public.events_2022
            FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
    """,
    good="""
        CREATE TABLE IF NOT EXISTS public.events (at date NOT NULL) PARTITION BY RANGE (at);
        CREATE TABLE IF NOT EXISTS public.events_2022 (at date NOT NULL);
        ALTER TABLE public.events ATTACH PARTITION public.events_2022
            FOR VALUES FROM ('2022-01-01') TO ('2023-01-01');
    """,
    kinds=frozenset({"alter_table_stmt", "create_stmt"}),
    commands=frozenset({"AT_AttachPartition"}),
    statement=_check,
    decided=True,
)
