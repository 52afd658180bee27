"""Tables: the statement that makes one holds its columns, constraints and privileges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import Identity, where
from schema_dsl.plan.data_loss import loss
from schema_dsl.plan.definition_queries import of_table
from schema_dsl.plan.kinds.column import aligned
from schema_dsl.plan.kinds.foreign_key import target_hazard
from schema_dsl.plan.kinds.privilege import granted
from schema_dsl.plan.rule import Alter, Commented, Creation, Ignored, KindRule, Object, rules
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, identifier, literal, qualified

RANK = 10
_OWN = Ignored("each is an object of its own")


def _relation(identity: Identity) -> Sql:
    return qualified(identity.schema, identity.name)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    for identity, table in objects:
        if table.existing is not None:
            raise DefinitionError(
                f"table {identity.schema}.{identity.name} is declared as existing, but is not there",
                where=where(table),
                instead="Make it in the baseline, or declare its columns=[...] to make it here.",
            )
        columns = [each for part, each in creation.inline if part.kind == "column"]
        privileges = [(part, each) for part, each in creation.inline if part.kind == "privilege"]
        constraints = []
        hazards = []
        for part, each in creation.inline:
            clause = rules()[part.kind].clause
            if clause is not None:
                constraints.append((identifier(each.name), clause(each)))
            if (
                part.kind == "foreign_key"
                and (each.references.schema, each.references.table) != creation.relation
            ):
                hazards.append(target_hazard(each))
        values = {
            "relation": _relation(identity),
            "columns": aligned(columns),
            "constraints": constraints,
            "row_security": bool(table.row_security),
            "force_row_security": bool(table.force_row_security),
            "privileges": granted(privileges) if privileges else None,
        }
        # Between CREATE TABLE and what follows, default privileges would open the table to whoever they name.
        guarded = values["row_security"] or values["force_row_security"] or privileges
        yield Step(
            identity, "table/create_guarded" if guarded else "table/create", values, RANK, tuple(hazards)
        )


def _drop(gone: Object) -> Iterable[Step]:
    identity, table = gone
    relation = _relation(identity)
    hazard = Hazard(
        (identity.schema, identity.name), "AccessExclusiveLock", "the rows are lost", loses_data=True
    )
    lost = loss(
        f"the rows of table {relation}",
        relation=relation,
        present=f"pg_catalog.to_regclass({literal(str(relation))}) IS NOT NULL",
        refusal=(f"table {relation} holds ", " row(s), which would be lost"),
        forced=bool(table.force_row_security),
    )
    yield Step(identity, "table/drop", {"relation": relation, "loss": lost}, RANK, (hazard,), lost)


def _alter_row_security(wanted: Object, _: Any) -> Iterable[Step]:
    identity, table = wanted
    values = {
        "relation": _relation(identity),
        "row_security": table.row_security,
        "force_row_security": table.force_row_security,
    }
    hazard = Hazard((identity.schema, identity.name), "AccessExclusiveLock", "a moment")
    yield Step(identity, "table/alter_row_security", values, RANK, (hazard,))


def _manages(table: Any, attribute: str) -> bool:
    """Leave to others, on a table made elsewhere, what the definitions do not speak of."""
    return table.existing is None or getattr(table, attribute) is not None


RULE = KindRule(
    kind="table",
    rank=RANK,
    create=_create,
    drop=_drop,
    manages=_manages,
    facts=of_table,
    comment_target=lambda identity: Sql(f"TABLE {_relation(identity)}"),
    attributes={
        "name": Ignored("it is the identity"),
        "schema": Ignored("it is the identity"),
        "row_security": Alter(_alter_row_security),
        "force_row_security": Alter(_alter_row_security),
        "existing": Ignored("it says whose the table is"),
        "columns": _OWN,
        "constraints": _OWN,
        "indexes": _OWN,
        "triggers": _OWN,
        "policies": _OWN,
        "access": Ignored("it becomes privileges"),
        "comment": Commented(),
        "origin": Ignored("it is a line of Python"),
    },
)
