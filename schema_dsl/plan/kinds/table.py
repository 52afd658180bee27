"""The rule of tables. The step that creates a table also creates its columns, constraints and privileges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError, PlanError
from schema_dsl.model.identity import format_origin
from schema_dsl.model.partition import DEFAULT_BOUND
from schema_dsl.plan.column_settings import build_settings
from schema_dsl.plan.data_loss import build_loss
from schema_dsl.plan.definition_queries import build_table_query
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.existence import relation_exists
from schema_dsl.plan.fold import fold_steps
from schema_dsl.plan.kinds.column import format_columns
from schema_dsl.plan.kinds.foreign_key import build_target_hazard
from schema_dsl.plan.kinds.privilege import build_grants
from schema_dsl.plan.moved_bounds import move_bound, place_partition
from schema_dsl.plan.parameters import format_with, list_parameter_changes
from schema_dsl.plan.rename_statements import rename_relation
from schema_dsl.plan.rule import (
    PRIVILEGES,
    Alter,
    Commented,
    Creation,
    Ignored,
    KindRule,
    Object,
    WeakeningRule,
    load_kind_rules,
)
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach, Step
from schema_dsl.plan.weakening import AccessBefore
from schema_dsl.sql import Sql, identifier, literal, qualified

_SEPARATE = Ignored("the catalog of the plan has a separate object for every one")


def _relation(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, table in objects:
        if table.existing is not None:
            raise DefinitionError(
                f"table {identity.schema}.{identity.name} is declared with existing=[...], but it does not exist",
                where=format_origin(table),
                instead=(
                    "Create it in the baseline or an earlier migration, or declare its columns=[...] to create it"
                    " in this migration."
                ),
            )
        columns = [(part, column) for part, column in creation.inline if part.kind == "column"]
        privileges = [(part, privilege) for part, privilege in creation.inline if part.kind == "privilege"]
        constraints = []
        hazards = []
        for part, item in creation.inline:
            clause = load_kind_rules()[part.kind].clause
            if clause is not None:
                constraints.append((identifier(item.name), clause(item)))
            if (
                part.kind == "foreign_key"
                and (item.references.schema, item.references.table) != creation.relation
            ):
                hazards.append(build_target_hazard(item))
        for parent in table.inherits:
            effect = "brief; adds the table to its children"
            hazards.append(Hazard(parent.relation, "ShareUpdateExclusiveLock", effect))
        if table.partition_of is not None:
            effect = "brief; adds the partition"
            hazards.append(Hazard(table.partition_of.relation, "AccessExclusiveLock", effect))
        values = {
            "relation": _relation(identity),
            "columns": format_columns([column for _, column in columns]),
            "constraints": constraints,
            "row_security": bool(table.row_security),
            "force_row_security": bool(table.force_row_security),
            "privileges": build_grants(privileges) if privileges else None,
            "unlogged": bool(table.unlogged),
            "partition_of": None if table.partition_of is None else _relation(table.partition_of),
            "after": _format_clauses(table),
        }
        # Between CREATE TABLE and the next statement, roles with default privileges could access the table.
        guarded = values["row_security"] or values["force_row_security"] or privileges
        yield Step(identity, "table/create_guarded" if guarded else "table/create", values, tuple(hazards))
        if table.replica_identity is not None:
            yield _alter_table(identity, f"REPLICA IDENTITY {table.replica_identity.upper()}", _REPLICATION)
        yield from fold_steps(step for column in columns for step in build_settings(column))


def _format_clauses(table: Any) -> Sql:
    """Format the clauses after the elements of CREATE TABLE, with a blank before them."""
    parents = ", ".join(map(_relation, table.inherits))
    inherits = f" INHERITS ({parents})" if parents else ""
    bound = "" if table.bound is None else f" {table.bound}"
    key = "" if table.partition_by is None else f" PARTITION BY {table.partition_by}"
    return Sql(f"{inherits}{bound}{key}{format_with(table.parameters)}")


def _refuse_partitioning(wanted: Object, _: Any) -> Iterable[Step]:
    identity, table = wanted
    raise PlanError(
        f"{identity} cannot become partitioned in another way, because Postgres cannot move its rows",
        where=format_origin(table),
        instead="Declare a table of another name, copy the rows in a hand-written migration, and rename it.",
    )


def _refuse_attaching(wanted: Object, before: Any) -> Iterable[Step]:
    identity, table = wanted
    statements = [
        f"ALTER TABLE {_relation(each.partition_of)} {action} PARTITION {_relation(identity)}{bound};"
        for each, action, bound in ((before, "DETACH", ""), (table, "ATTACH", f" {table.bound}"))
        if each.partition_of is not None
    ]
    below = (
        f" Then detach and attach each partition of {_relation(identity)} as well, because ATTACH gives them no"
        " identity columns."
        if table.partition_of is not None and table.partition_by is not None
        else ""
    )
    raise PlanError(
        f"{identity} cannot become a partition of another table, or leave its partitioned table",
        where=format_origin(table),
        instead=(
            f"Write {' '.join(statements)} in a hand-written migration; the definitions then agree with the database."
            f"{below}"
        ),
    )


def _refuse_inheriting(wanted: Object, before: Any) -> Iterable[Step]:
    identity, table = wanted
    clauses = [f"NO INHERIT {_relation(each)}" for each in before.inherits if each not in table.inherits]
    clauses += [f"INHERIT {_relation(each)}" for each in table.inherits if each not in before.inherits]
    raise PlanError(
        f"{identity} cannot get other parents, because Postgres would keep the inherited columns as its own",
        where=format_origin(table),
        instead=(
            f"Write ALTER TABLE {_relation(identity)} {', '.join(clauses)} in a hand-written migration, or declare a"
            " table of another name."
        ),
    )


def _references(identity: Identity, table: Any, state: State) -> Iterable[Dependency]:
    # Postgres alters no type of a column that a policy or view of a child uses.
    for parent in table.parents if state.creates(identity) else ():
        for part in state.parts(parent):
            if part.kind == "column":
                yield Dependency(dependent=identity, referenced=part, on_replace=OnReplace.UNTOUCHED)
    for parent in table.inherits:
        yield Dependency(dependent=identity, referenced=parent, on_replace=OnReplace.UNTOUCHED)
    if table.partition_of is not None:
        yield Dependency(dependent=identity, referenced=table.partition_of, on_replace=OnReplace.FOLLOW)
    if table.partition_by is not None:
        _, _, keys = table.partition_by.sql.partition(" ")
        for dependency in state.resolve(identity, f"ROW{keys}"):
            # The columns are parts of the table.
            if dependency.referenced.root != identity:
                yield dependency


def _find_default_hazard(identity: Identity, table: Any) -> Hazard | None:
    """Return the lock on a DEFAULT partition while another partition of its table is added, moved or dropped."""
    if table.bound != DEFAULT_BOUND:
        return None
    effect = "scans the DEFAULT partition for rows that belong to the other partition"
    return Hazard(identity.relation, "AccessExclusiveLock", effect, scans=True, reach=LockReach.PARTITIONS)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, table = dropped_object
    relation = _relation(identity)
    effect = "deletes the table's rows"
    is_partition = table.partition_of is not None
    own = (identity.schema, identity.name)
    hazards = [
        Hazard(
            own,
            "AccessExclusiveLock",
            effect,
            loses_data=True,
            scans=is_partition,
            reach=LockReach.PARTITIONS,
        )
    ]
    if table.partition_of is not None:
        hazards.append(Hazard(table.partition_of.relation, "AccessExclusiveLock", "brief"))
    loss = build_loss(
        f"the rows of table {relation}",
        relation=relation,
        exists=f"pg_catalog.to_regclass({literal(str(relation))}) IS NOT NULL",
        message=(f"cannot drop table {relation} because it is not empty (rows: ", ")"),
        force_row_security=bool(table.force_row_security),
    )
    values = {"relation": relation, "regclass": literal(str(relation)), "parent": None}
    if table.partition_of is not None:
        values["parent"] = _relation(table.partition_of)
        values["parent_regclass"] = literal(str(values["parent"]))
    yield Step(identity, "table/drop", values, tuple(hazards), loss)


def _alter_row_security(wanted: Object, _: Any) -> Iterable[Step]:
    identity, table = wanted
    values = {
        "relation": _relation(identity),
        "row_security": table.row_security,
        "force_row_security": table.force_row_security,
    }
    hazard = Hazard((identity.schema, identity.name), "AccessExclusiveLock", "brief")
    yield Step(identity, "table/alter_row_security", values, (hazard,))


def _alter_table(
    identity: Identity, action: str, effect: str, lock: str = "AccessExclusiveLock", *, rewrites: bool = False
) -> Step:
    hazard = Hazard((identity.schema, identity.name), lock, effect, rewrites=rewrites)
    values = {"relation": _relation(identity), "clauses": [Sql(action)]}
    return Step(identity, "table/alter", values, (hazard,))


_REPLICATION = "brief; affects what logical replication sends from now on"


def _alter_replica_identity(wanted: Object, _: Any) -> Iterable[Step]:
    identity, table = wanted
    yield _alter_table(
        identity, f"REPLICA IDENTITY {(table.replica_identity or 'default').upper()}", _REPLICATION
    )


def _alter_persistence(wanted: Object, _: Any) -> Iterable[Step]:
    identity, table = wanted
    action = "SET UNLOGGED" if table.unlogged else "SET LOGGED"
    yield _alter_table(identity, action, "rewrites the table and its indexes", rewrites=True)


def _alter_parameters(wanted: Object, before: Any) -> Iterable[Step]:
    identity, table = wanted
    for action in list_parameter_changes(before.parameters, table.parameters):
        yield _alter_table(
            identity, action, "brief; does not block reads or writes", "ShareUpdateExclusiveLock"
        )


def _find_weakening(change: Difference, _: AccessBefore) -> Iterable[str]:
    before, after = change.before, change.after
    if before is None or after is None:
        return
    if before.row_security and not after.row_security:
        yield "policies no longer protect its rows, because row level security is turned off"
    elif before.force_row_security and not after.force_row_security:
        yield "policies no longer apply to the owner of the table, because FORCE ROW LEVEL SECURITY is removed"


def _manages(table: Any, attribute: str) -> bool:
    """Return whether the definitions manage an attribute: on an existing table, only declared attributes."""
    return table.existing is None or getattr(table, attribute) not in (None, ())


def _list_targets(table: Any) -> Iterable[Identity]:
    return tuple(table.parents)


RULE = KindRule(
    kind="table",
    rank=10,
    create=_create,
    drop=_drop,
    exists=relation_exists("r", "p"),
    creates_parts=True,
    manages=_manages,
    expressions=("partition_by",),
    references=_references,
    resolve=place_partition,
    targets=_list_targets,
    section=lambda table: table.partition_of,
    sibling_hazard=_find_default_hazard,
    definition_query=build_table_query,
    rename=rename_relation("TABLE"),
    weakening=WeakeningRule("row-security-off", _find_weakening),
    comment_target=lambda identity: Sql(f"TABLE {_relation(identity)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "schema": Ignored("the schema is part of the identity"),
        "row_security": Alter(_alter_row_security),
        "force_row_security": Alter(_alter_row_security),
        "unlogged": Alter(_alter_persistence),
        "parameters": Alter(_alter_parameters),
        "replica_identity": Alter(_alter_replica_identity),
        "replica_identity_index": _SEPARATE,
        "cluster_on": _SEPARATE,
        "inherits": Alter(_refuse_inheriting),
        "inherited": Ignored("the parents declare the columns"),
        "partition_by": Alter(_refuse_partitioning),
        "partition_of": Alter(_refuse_attaching),
        "bound": Alter(move_bound),
        "partitions": _SEPARATE,
        "existing": Ignored("it declares columns that other migrations create"),
        "columns": _SEPARATE,
        "constraints": _SEPARATE,
        "indexes": _SEPARATE,
        "triggers": _SEPARATE,
        "policies": _SEPARATE,
        "rules": _SEPARATE,
        "access": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
