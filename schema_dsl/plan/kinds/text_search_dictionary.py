"""The rule of dictionaries of text search."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal, qualified


def format_options(dictionary: Any) -> list[Sql]:
    """Format the options as CREATE TEXT SEARCH DICTIONARY expects them."""
    return [Sql(f"{identifier(name)} = {literal(value)}") for name, value in dictionary.options]


def _values(identity: Identity) -> dict[str, Any]:
    row = Sql(
        f"FROM pg_catalog.pg_ts_dict AS d WHERE d.dictname = {literal(identity.name)}"
        f" AND d.dictnamespace = pg_catalog.to_regnamespace({literal(str(identifier(identity.schema)))})"
    )
    return {"dictionary": qualified(identity.schema, identity.name), "row": row}


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, dictionary in objects:
        options = [Sql(f"TEMPLATE = {dictionary.template}"), *format_options(dictionary)]
        values = {**_values(identity), "options": Sql(", ".join(options))}
        yield Step(identity, "text_search_dictionary/create", values)


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    yield Step(identity, "text_search_dictionary/drop", _values(identity))


def _alter(wanted: Object, before: Any) -> Iterable[Step]:
    """Build the step that removes all options and adds the wanted ones, so they have the order of a new object."""
    identity, dictionary = wanted
    options = [*(identifier(name) for name, _ in before.options), *format_options(dictionary)]
    values = {**_values(identity), "options": Sql(", ".join(options))}
    yield Step(identity, "text_search_dictionary/alter", values)


RULE = KindRule(
    kind="text_search_dictionary",
    rank=5,
    create=_create,
    drop=_drop,
    definition_query=lambda identity: Sql(
        f"(SELECT (pg_catalog.to_jsonb(d) - 'oid')::text {_values(identity)['row']})"
    ),
    comment_target=lambda identity: Sql(
        f"TEXT SEARCH DICTIONARY {qualified(identity.schema, identity.name)}"
    ),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "schema": Ignored("the schema is part of the identity"),
        "template": Replace(),
        "options": Alter(_alter),
        "owner": PRIVILEGES,
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
