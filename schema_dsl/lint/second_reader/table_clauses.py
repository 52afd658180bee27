"""Read the clauses of CREATE TABLE outside of its elements, and the actions of ALTER TABLE on the whole table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlglot import Token, exp

from schema_dsl.lint.second_reader.alter_index import read_parameters
from schema_dsl.lint.second_reader.facts import Fact, Relation, part_key, read_relation, relation_key
from schema_dsl.lint.second_reader.sqlglot_parser import (
    SqlglotNode,
    Unparsed,
    get_word,
    parse_statement,
)
from schema_dsl.lint.second_reader.token_names import read_name
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree
from schema_dsl.model.index_mark import MARK_FIELDS
from schema_dsl.model.parameters import to_parameters


def read_clauses(properties: Iterable[SqlglotNode]) -> dict[str, Any]:
    """Return the attributes of a table from the properties that sqlglot reads in CREATE TABLE."""
    values: dict[str, Any] = {
        "unlogged": False,
        "parameters": (),
        "inherits": (),
        "partition_by": None,
        "partition_of": None,
        "bound": None,
        "options": (),
    }
    parameters = {}
    for each in properties:
        if isinstance(each, exp.UnloggedProperty):
            values["unlogged"] = True
        elif isinstance(each, exp.PartitionedByProperty):
            values["partition_by"] = Tree(each.this)
        elif isinstance(each, exp.PartitionedOfProperty):
            table = each.this.this if isinstance(each.this, exp.Schema) else each.this
            values |= {"partition_of": read_relation(table), "bound": Tree(each.expression)}
        elif isinstance(each, exp.InheritsProperty):
            values["inherits"] = tuple(map(read_relation, each.expressions))
        elif each.__class__ is exp.Property:
            parameters[each.this.sql()] = str(each.args["value"].name or each.args["value"].sql())
        else:
            values["options"] += (each.sql(dialect="postgres"),)
    return {**values, "parameters": to_parameters(parameters)}


def read_table_action(action: Sequence[Token]) -> dict[str, Any]:
    """Return the attributes that an action on the whole table sets. A file that sets parameters sets all of them."""
    words = [get_word(token) for token in action]
    match words:
        case ["SET", "LOGGED" | "UNLOGGED" as persistence]:
            return {"unlogged": persistence == "UNLOGGED"}
        case ["REPLICA", "IDENTITY", identity]:
            return {"replica_identity": _REPLICA_IDENTITIES.get(identity)}
        case ["SET", "(", *_]:
            return {"parameters": read_parameters(action)}
        # sqlglot takes RESET and all that follows for one word.
        case ["RESET", *_]:
            return {"parameters": ()}
    return {}


def read_mark(action: Sequence[Token], relation: Relation) -> tuple[Fact, ...]:
    """Return the facts of an action that marks an index of the relation, or removes such a mark."""
    cluster, identity = (part_key("index_mark", relation, name) for name in MARK_FIELDS)
    place = action[0].start
    match [get_word(token) for token in action]:
        case ["CLUSTER", "ON", _]:
            return (Fact("create", cluster, {"index": read_name(action[2])}, place),)
        case ["REPLICA", "IDENTITY", "USING", "INDEX", _]:
            return (Fact("create", identity, {"index": read_name(action[4])}, place),)
        case ["SET", "WITHOUT", "CLUSTER"]:
            return (Fact("drop", cluster, {}, place),)
        case ["REPLICA", "IDENTITY", "DEFAULT"]:
            table = Fact("set", relation_key(relation), read_table_action(action), place)
            return table, Fact("drop", identity, {}, place)
    return ()


_REPLICA_IDENTITIES: Final = {"FULL": "full", "NOTHING": "nothing"}


def parse_partition_key(text: str) -> Any:
    """Parse a partition key as CREATE TABLE has it; UNKNOWN if sqlglot cannot read it."""
    return _parse(f"CREATE TABLE t (x int) PARTITION BY {text}")["partition_by"]


def parse_bound(text: str) -> Any:
    """Parse the bound of a partition as CREATE TABLE has it; UNKNOWN if sqlglot cannot read it."""
    return _parse(f"CREATE TABLE t PARTITION OF p {text}")["bound"]


def _parse(text: str) -> dict[str, Any]:
    tree = parse_statement(text)
    properties = None if isinstance(tree, Unparsed) else tree.args.get("properties")
    if properties is None:
        return {"partition_by": UNKNOWN, "bound": UNKNOWN}
    return read_clauses(properties.expressions)
