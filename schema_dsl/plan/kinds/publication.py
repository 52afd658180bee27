"""The rule of publications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency, OnReplace
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, identifiers, literal

RANK = 8
_OPERATIONS = ("insert", "update", "delete", "truncate")


def _values(identity: Identity) -> dict[str, Any]:
    return {"publication": identifier(identity.name), "name": literal(identity.name)}


def _list_parameters(publication: Any, before: Any | None = None) -> Sql | None:
    """List the parameters that differ from those of the publication before, or from the defaults of Postgres.

    Older servers do not know all parameters, so a definition names only the parameters that it needs.
    """
    parameters: list[Sql] = []
    operations = _OPERATIONS if before is None else before.operations
    if publication.operations != operations:
        parameters.append(Sql(f"publish = {literal(', '.join(publication.operations))}"))
    if publication.via_partition_root is not (before is not None and before.via_partition_root):
        word = "true" if publication.via_partition_root else "false"
        parameters.append(Sql(f"publish_via_partition_root = {word}"))
    if publication.generated_columns is not (before is not None and before.generated_columns):
        word = "stored" if publication.generated_columns else "none"
        parameters.append(Sql(f"publish_generated_columns = {literal(word)}"))
    return Sql(", ".join(parameters)) if parameters else None


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, publication in objects:
        values = {
            **_values(identity),
            "all_tables": publication.all_tables,
            "schemas": identifiers(publication.schemas) if publication.schemas else None,
            "parameters": _list_parameters(publication),
        }
        yield Step(identity, "publication/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "publication/drop", _values(identity))


def _set_parameters(wanted: Object, before: Any) -> Iterable[Step]:
    identity, publication = wanted
    values = {**_values(identity), "parameters": _list_parameters(publication, before)}
    yield Step(identity, "publication/set_parameters", values)


def _change_schemas(wanted: Object, before: Any) -> Iterable[Step]:
    identity, publication = wanted
    added = [schema for schema in publication.schemas if schema not in before.schemas]
    removed = [schema for schema in before.schemas if schema not in publication.schemas]
    for action, schemas in (("DROP", removed), ("ADD", added)):
        for schema in schemas:
            values = {
                **_values(identity),
                "action": Sql(action),
                "schema": identifier(schema),
                "schema_name": literal(schema),
                "is_added": action == "ADD",
            }
            yield Step(identity, "publication/change_schema", values)


def _references(identity: Identity, publication: Any, state: State) -> Iterable[Dependency]:
    for schema in publication.schemas:
        referenced = Identity("schema", "", schema)
        if referenced in state.objects:
            yield Dependency(dependent=identity, referenced=referenced, on_replace=OnReplace.UNTOUCHED)


_PARAMETER = Alter(_set_parameters)

RULE = KindRule(
    kind="publication",
    rank=RANK,
    create=_create,
    drop=_drop,
    references=_references,
    targets=lambda publication: tuple(Identity("schema", "", schema) for schema in publication.schemas),
    # Other SQL creates an existing publication and chooses its parameters.
    manages=lambda publication, _attribute: publication.existing is None,
    definition_query=lambda identity: Sql(
        "(SELECT (pg_catalog.to_jsonb(p) - 'oid')::text FROM pg_catalog.pg_publication AS p"  # noqa: S608 - literal
        f" WHERE pubname = {literal(identity.name)})"
    ),
    comment_target=lambda identity: Sql(f"PUBLICATION {identifier(identity.name)}"),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "tables": Ignored("the catalog of the plan has an object for each table"),
        "schemas": Alter(_change_schemas),
        "all_tables": Replace(),
        "operations": _PARAMETER,
        "via_partition_root": _PARAMETER,
        "generated_columns": _PARAMETER,
        "existing": Ignored("it declares a publication that exists before the migrations"),
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
