"""The step that moves a column from one source of numbers to another: an identity, or the sequence of its default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.sequence_options import SequenceOptions
from schema_dsl.parsing import Node, SqlSyntaxError, parse_expression
from schema_dsl.plan.identity_sequence import build_column_number, build_sequence_query, format_identity
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.sql import Sql, end_line_comment, identifier, literal, qualified

_NEXT_VALUE: Final = "nextval"


@attrs.frozen
class NumberSource:
    """The source of the numbers of a column.

    Attributes:
        name: The quoted name of the sequence of nextval() in the default; None for the sequence of an identity.
    """

    name: Sql | None = None

    @property
    def sequence(self) -> Sql | None:
        """The sequence as an object identifier, in SQL."""
        return None if self.name is None else Sql(f"{literal(str(self.name))}::pg_catalog.regclass")


def build_sequence_source(schema: str, name: str) -> NumberSource:
    """Return the source of a column whose default takes its numbers from a sequence."""
    return NumberSource(qualified(schema, name))


def find_number_source(column: Any) -> NumberSource | None:
    """Return the source of a column's numbers; None if its default, if any, is not exactly one nextval()."""
    if column.identity is not None:
        return NumberSource()
    if column.default is None or _NEXT_VALUE not in column.default.lower():
        return None
    try:
        tree = parse_expression(column.default)
    except SqlSyntaxError:
        # The check of the definitions reports the syntax error.
        return None
    call = _skip_casts(tree)
    if call.WhichOneof("node") != "func_call" or call.func_call.funcname[-1].string.sval != _NEXT_VALUE:
        return None
    argument = _skip_casts(call.func_call.args[0])
    if argument.WhichOneof("node") != "a_const" or argument.a_const.WhichOneof("val") != "sval":
        return None
    return NumberSource(Sql(argument.a_const.sval.sval))


def _skip_casts(node: Node) -> Node:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return node


def build_source_step(
    identity: Identity,
    column: Any,
    old: NumberSource | None,
    new: NumberSource,
    *,
    owns_sequence: bool,
) -> Step:
    """Build the step that makes a column take its numbers from another source, and keeps the next number.

    Args:
        identity: The identity of the column.
        column: The wanted column.
        old: The source before.
        new: The source afterwards.
        owns_sequence: Whether the column owns the sequence of the new source, which is created with the source.
    """
    regclass, number = build_column_number(identity)
    is_identity = (
        f"EXISTS (SELECT FROM pg_catalog.pg_attribute\n        WHERE attrelid = {regclass}"
        f" AND attname = {literal(identity.name)} AND attidentity <> '')"
    )
    found = Sql(f"pg_catalog.to_regclass({literal(str(new.name))})")
    # The constant argument of nextval() is a dependency of the default.
    takes_from_sequence = (
        "EXISTS (SELECT FROM pg_catalog.pg_attrdef AS d\n"
        "        INNER JOIN pg_catalog.pg_depend AS p ON p.objid = d.oid"
        " AND p.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass\n"
        f"        WHERE d.adrelid = {regclass} AND d.adnum = {number}\n"
        f"            AND p.refobjid = {found})"
    )
    values = {
        "relation": quote_relation(identity),
        "column": identifier(identity.name),
        "pending": Sql(f"NOT {is_identity if new.sequence is None else takes_from_sequence}"),
        "identity_sequence": build_sequence_query(identity),
        "old_identity": old is not None and old.sequence is None,
        "old_sequence": None if old is None else old.sequence,
        "new_sequence": new.sequence,
        "found_sequence": found,
        "created": new.name if owns_sequence else None,
        "type": column.type.sql,
        "added": None if column.identity is None else format_identity(column),
        **_build_next_value(column.sequence or SequenceOptions()),
        "default": None if column.default is None else Sql(end_line_comment(column.default)),
    }
    effect = "scans the table for its largest value and blocks reads and writes"
    hazard = Hazard(identity.relation, "AccessExclusiveLock", effect, scans=True)
    return Step(identity, "column/set_source", values, (hazard,), row_sources=(identity.relation,))


def build_type_step(identity: Identity, column: Any, source: NumberSource | None) -> Iterator[Step]:
    """Yield the step that gives the sequence of a serial column the type of the column, and with it its limit."""
    if source is not None and source.name is not None:
        yield Step(identity, "column/alter_serial", {"sequence": source.name, "type": column.type.sql})


def _build_next_value(options: SequenceOptions) -> dict[str, Sql]:
    """Build the first number of a new source, and the functions that find the one after all numbers in use."""
    before = options.first - options.increment
    ascends = options.increment > 0
    return {
        "increment": Sql(f"{options.increment} + "),
        "outermost": Sql("greatest" if ascends else "least"),
        "last": Sql("max" if ascends else "min"),
        "before_first": Sql(str(before)),
    }
