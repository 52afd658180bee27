"""The rule of configurations of text search."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from schema_dsl.analysis.identity import QUERIED_KINDS, ROUTINE_KINDS, Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, identifiers, literal, qualified


def list_mappings(configuration: Any) -> Iterator[Sql]:
    """Yield the mappings as ADD MAPPING expects them, one for the tokens of equal dictionaries."""
    tokens: dict[tuple[Sql, ...], list[str]] = {}
    for token, dictionaries in configuration.mappings:
        tokens.setdefault(dictionaries, []).append(token)
    for dictionaries, names in tokens.items():
        yield Sql(f"{identifiers(names)} WITH {', '.join(dictionaries)}")


def _values(identity: Identity) -> dict[str, Any]:
    name = qualified(identity.schema, identity.name)
    return {
        "configuration": name,
        "row": Sql(
            f"FROM pg_catalog.pg_ts_config AS c WHERE c.cfgname = {literal(identity.name)}"
            f" AND c.cfgnamespace = pg_catalog.to_regnamespace({literal(str(identifier(identity.schema)))})"
        ),
    }


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, configuration in objects:
        values = {
            **_values(identity),
            "parser": configuration.parser,
            "mappings": list(list_mappings(configuration)),
        }
        yield Step(identity, "text_search_configuration/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "text_search_configuration/drop", _values(identity))


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    identity, configuration = wanted
    dropped = [token for token, _ in before.mappings]
    values = {
        **_values(identity),
        "dropped": identifiers(sorted({*dropped, *(token for token, _ in configuration.mappings)})),
        "mappings": list(list_mappings(configuration)),
    }
    yield Step(identity, "text_search_configuration/alter", values)


def _references(identity: Identity, configuration: Any, state: State) -> Iterator[Dependency]:
    named = {str(name) for _, dictionaries in configuration.mappings for name in dictionaries}
    for other in state.objects:
        # Dictionaries have no arguments and no parent, and their names are like those of the mappings.
        if other.kind == _DICTIONARY and named & {
            str(qualified(other.schema, other.name)),
            str(identifier(other.name)),
        }:
            yield Dependency(dependent=identity, referenced=other)


_DICTIONARY = "text_search_dictionary"

RULE = KindRule(
    kind="text_search_configuration",
    rank=6,
    create=_create,
    drop=_drop,
    references=_references,
    # An index may call to_tsvector() with the name of a configuration.
    comes_before=QUERIED_KINDS | ROUTINE_KINDS,
    is_named=True,
    expressions=("mappings",),
    definition_query=lambda identity: Sql(
        f"(SELECT (pg_catalog.to_jsonb(c) - 'oid')::text {_values(identity)['row']})"
    ),
    comment_target=lambda identity: Sql(
        f"TEXT SEARCH CONFIGURATION {qualified(identity.schema, identity.name)}"
    ),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "parser": Replace(),
        "mappings": Alter(_alter),
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
