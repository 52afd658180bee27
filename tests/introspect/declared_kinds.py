"""Objects of kinds that stand for themselves, with every attribute, for the tests of `declared`."""

from __future__ import annotations

import attrs

from schema_dsl import (
    Aggregate,
    Cast,
    Collation,
    CompositeType,
    Extension,
    Function,
    Operator,
    Publication,
    PublishedTable,
    RangeType,
    Reference,
    Schema,
    Sequence,
    Statistics,
    TextSearchConfiguration,
    TextSearchDictionary,
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
TOTAL = Aggregate(
    "to\"t'al",
    "a double precision",
    state_function="float8pl",
    state_type="float8",
    initial="1",
    state_space=8,
    final_function="float8abs",
    final_extra=False,
    final_modify="shareable",
    combine_function="float8pl",
    moving_state_function="float8pl",
    moving_inverse_function="float8mi",
    moving_state_type="float8",
    moving_state_space=9,
    moving_final_function="float8abs",
    moving_final_modify="read_write",
    moving_initial="2",
    parallel="safe",
    comment="It's $$",
)
LEAST = Aggregate(
    "least",
    "anyelement",
    state_function="pick",
    state_type="anyelement",
    final_function="finish",
    final_extra=True,
    moving_state_function="pick",
    moving_inverse_function="pick",
    moving_state_type="anyelement",
    moving_final_function="finish",
    moving_final_extra=True,
)
SMALLEST = Aggregate(
    "smallest", "integer", state_function="int4smaller", state_type="integer", sort_operator="<"
)
PICK = Function(
    "pick",
    arguments=["a anyelement", "b anyelement"],
    returns="anyelement",
    language="sql",
    body="SELECT a",
)
FINISH = attrs.evolve(PICK, name="finish")
BYTES = Collation("by\"t'es", "C", provider="libc", lc_ctype="POSIX", comment="It's $$")
TO_TEXT = Function(
    "to_text",
    arguments=f"a {ADDRESS.type}",
    returns="integer",
    language="sql",
    volatility="immutable",
    body="SELECT 1",
)
CASTS = (
    Cast(ADDRESS, "integer", function=TO_TEXT, context="assignment", comment="It's $$"),
    Cast("text", ADDRESS, in_out=True),
)
SAME = Operator(
    "===",
    left="integer",
    right="integer",
    function="int4eq",
    commutator="OPERATOR(public.===)",
    negator="OPERATOR(public.!==)",
    restrict="eqsel",
    join="eqjoinsel",
    hashes=True,
    merges=True,
    comment="It's $$",
)
OTHER = Operator("!==", left="integer", right="integer", function="int4ne", negator="OPERATOR(public.===)")
WORDS = TextSearchDictionary("wor\"d's", "simple", options={"accept": "false"}, comment="It's $$")
SEARCH = TextSearchConfiguration("sea'rch", mappings={"word": [WORDS, "simple"]}, comment="It's $$")
PUBLISHED = Publication("pub\"l's", [Reference("everything")], operations="insert", comment="It's $$")
PARTLY = PublishedTable(Reference("everything"), columns=["label"], where="length(label) > 1")
UNLOGGED = Sequence("unlogged", unlogged=True)


def kinds_for(version: int) -> list[SchemaObject]:
    """Declare the objects that a server of this version supports."""
    return [
        *(WORDS, SEARCH, SAME, OTHER),
        *(BYTES, TO_TEXT, *CASTS),
        *(TOTAL, LEAST, SMALLEST, PICK, FINISH),
        *(HOME, STORE, COUNT, ADDRESS, SPAN, FAR, RELATED, PUBLISHED),
        *([UNLOGGED, Publication("partly", [PARTLY], via_partition_root=True)] if version >= 150000 else []),
        *([Publication("computed", generated_columns=True)] if version >= 180000 else []),
    ]
