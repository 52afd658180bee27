"""Read CREATE TABLE: as one statement, or element by element if sqlglot cannot parse the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlglot import TokenType, exp

from schema_dsl.lint.second_reader.elements import read_element, read_element_text, split_at_commas
from schema_dsl.lint.second_reader.facts import (
    Fact,
    Relation,
    StatementFacts,
    locate,
    read_relation,
    relation_key,
)
from schema_dsl.lint.second_reader.simple_elements import read_simple_table
from schema_dsl.lint.second_reader.sqlglot_parser import (
    MisreadError,
    Unparsed,
    get_word,
    parse_statement,
    tokenize,
)
from schema_dsl.lint.second_reader.table_clauses import read_clauses
from schema_dsl.lint.second_reader.token_names import read_relation_tokens, skip_existence
from schema_dsl.lint.second_reader.trees import UNKNOWN_VALUES


def read_create_table(text: str) -> StatementFacts:
    """Read CREATE TABLE: the table, its columns and its constraints."""
    simple = read_simple_table(text)
    if simple is not None:
        relation, (offset, length), parts = simple
        return StatementFacts((_build_table(relation, parts, read_clauses(()), offset, length), *parts))
    tree = parse_statement(text)
    if isinstance(tree, Unparsed):
        return StatementFacts(tuple(_read_by_element(text)), tree)
    if not isinstance(tree, exp.Create) or tree.args.get("kind") != "TABLE":
        return StatementFacts()
    properties = tree.args.get("properties")
    partition = None if properties is None else properties.find(exp.PartitionedOfProperty)
    if not isinstance(tree.this, exp.Schema) and partition is None:
        # CREATE TABLE AS has no list of elements.
        return StatementFacts()
    table = tree.this.this if isinstance(tree.this, exp.Schema) else tree.this
    # sqlglot takes the elements of a partition for those of its table.
    schema = tree.this if partition is None else partition.this
    elements = schema.expressions if isinstance(schema, exp.Schema) else ()
    try:
        relation = read_relation(table)
        parts = [fact for element in elements for fact in read_element(element, relation)]
    except MisreadError as error:
        return StatementFacts(tuple(_read_by_element(text)), Unparsed(f"it reads {error} instead of a name"))
    clauses = read_clauses(properties.expressions if properties else ())
    return StatementFacts((_build_table(relation, parts, clauses, *locate(table.this)), *parts))


def _build_table(
    relation: Relation, parts: Sequence[Fact], clauses: Mapping[str, Any], offset: int, length: int
) -> Fact:
    columns = tuple(fact.key.name for fact in parts if fact.key.kind == "column")
    values = {"column_order": columns, **clauses}
    return Fact("create", relation_key(relation), values, offset, length)


def _read_by_element(text: str) -> Iterator[Fact]:
    tokens = tokenize(text)
    start = next((i for i, token in enumerate(tokens) if get_word(token) == "TABLE"), len(tokens)) + 1
    start = skip_existence(tokens, start)
    relation, end = read_relation_tokens(tokens, start)
    after = end
    if [get_word(token) for token in tokens[end : end + 2]] == ["PARTITION", "OF"]:
        _, after = read_relation_tokens(tokens, end + 2)
    if relation is None or after >= len(tokens) or tokens[after].token_type is not TokenType.L_PAREN:
        return
    elements, rest = split_at_commas(tokens, after + 1)
    parts = []
    for element in elements:
        first, last = element[0].start, element[-1].end + 1
        parts += list(read_element_text(text[first:last], relation, first))
    offset = tokens[start].start
    clauses = _parse_clauses(
        text[: tokens[0].end + 1]
        + "".join(f" {token.text}" for token in tokens[1:start])
        + f" t {text[tokens[end].start : tokens[after].start] or '(x int)'} "
        + (text[rest[0].start : rest[-1].end + 1] if rest else "")
    )
    yield _build_table(relation, parts, clauses, offset, tokens[end - 1].end + 1 - offset)
    yield from parts


def _parse_clauses(text: str) -> Mapping[str, Any]:
    """Return the attributes of a table from CREATE TABLE with another list of elements, which sqlglot can parse."""
    tree = parse_statement(text)
    if isinstance(tree, Unparsed):
        return UNKNOWN_VALUES
    properties = tree.args.get("properties")
    return read_clauses(properties.expressions if properties else ())
