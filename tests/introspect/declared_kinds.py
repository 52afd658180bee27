"""Objects of kinds that stand for themselves, with every attribute, for the tests of `declared`."""

from __future__ import annotations

from schema_dsl import (
    CompositeType,
    Extension,
    Function,
    Publication,
    PublishedTable,
    RangeType,
    Reference,
    Schema,
    Sequence,
    Statistics,
    Type,
    integer,
    sql,
    text,
)
from schema_dsl.model.schema_object import SchemaObject

HOME = Schema('It\'s "home" $$', comment="It's $$")
STORE = Extension("hstore", schema=HOME.name, version="1.8", comment="It's $$")
COUNT = Sequence(
    "c\"ount's",
    type="integer",
    increment=2,
    minimum=-5,
    maximum=500,
    start=4,
    cache=3,
    cycle=True,
    owned_by=Reference("everything", "other number"),
    comment="It's $$",
)
ADDRESS = CompositeType(
    "add\"ress's", {"street's": Type("varchar(80)"), "n": integer, "all": Type("text[]")}, comment="It's $$"
)
SPAN = RangeType(
    "spa\"n's",
    text,
    operator_class="text_pattern_ops",
    collation='"C"',
    subtype_diff="public.far",
    multirange="many spa\"n's",
    schema="public",
    comment="It's $$",
)
FAR = Function(
    "far",
    arguments=["a text", "b text"],
    returns="float8",
    language="sql",
    body="SELECT 1.0::float8",
    volatility="immutable",
)
RELATED = Statistics(
    "rel\"ated's",
    Reference("everything"),
    ["state", sql("lower(label)")],
    kinds="mcv",
    target=9,
    comment="It's $$",
)
PUBLISHED = Publication("pub\"l's", [Reference("everything")], operations="insert", comment="It's $$")
PARTLY = PublishedTable(Reference("everything"), columns=["label"], where="length(label) > 1")
UNLOGGED = Sequence("unlogged", unlogged=True)


def kinds_for(version: int) -> list[SchemaObject]:
    """Declare the objects that a server of this version supports."""
    return [
        *(HOME, STORE, COUNT, ADDRESS, SPAN, FAR, RELATED, PUBLISHED),
        *([UNLOGGED, Publication("partly", [PARTLY], via_partition_root=True)] if version >= 150000 else []),
        *([Publication("computed", generated_columns=True)] if version >= 180000 else []),
    ]
