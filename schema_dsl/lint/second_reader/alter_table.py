"""Read ALTER TABLE: as one statement, or action by action if sqlglot cannot parse the whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from sqlglot import Token, exp

from schema_dsl.lint.second_reader.alter_index import read_alter_index
from schema_dsl.lint.second_reader.column_settings import read_setting
from schema_dsl.lint.second_reader.columns import read_collation, read_column
from schema_dsl.lint.second_reader.constraints import read_constraint
from schema_dsl.lint.second_reader.elements import read_element_text, split_at_commas
from schema_dsl.lint.second_reader.facts import (
    CONSTRAINT,
    Fact,
    Relation,
    StatementFacts,
    locate,
    part_key,
    read_relation,
    relation_key,
)
from schema_dsl.lint.second_reader.skeletons import NAME
from schema_dsl.lint.second_reader.sqlglot_parser import (
    SqlglotNode,
    Unparsed,
    get_word,
    parse_statement,
    tokenize,
)
from schema_dsl.lint.second_reader.table_clauses import parse_bound, read_mark, read_table_action
from schema_dsl.lint.second_reader.token_names import read_name, read_relation_tokens, skip_existence
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree, fold

_ROW_SECURITY: Final = {
    "ENABLE ROW LEVEL SECURITY": {"row_security": True},
    "DISABLE ROW LEVEL SECURITY": {"row_security": False},
    "FORCE ROW LEVEL SECURITY": {"force_row_security": True},
    "NO FORCE ROW LEVEL SECURITY": {"force_row_security": False},
}
_OUT_OF_SCOPE: Final = re.compile(
    r"ALTER [A-Z]+ [^,]* (?:OWNER TO|(?:DISABLE|ENABLE(?: REPLICA| ALWAYS)?) RULE)"
    rf' (?:{NAME}|"(?:[^"]|"")+")\Z'
)
# The most frequent statement of a migration is read without the tokenizer, which takes 20 times as long.
_SIMPLE_ROW_SECURITY: Final = re.compile(
    r"ALTER TABLE (?P<schema>[a-z_][a-z0-9_]*)\.(?P<name>[a-z_][a-z0-9_]*) "
    rf"(?P<action>{'|'.join(_ROW_SECURITY)})\Z"
)
_STATES: Final = {
    "ENABLE": "origin",
    "ENABLE REPLICA": "replica",
    "ENABLE ALWAYS": "always",
    "DISABLE": "disabled",
}
_TRIGGER_STATE: Final = re.compile(r"(?P<state>DISABLE|ENABLE(?: REPLICA| ALWAYS)?) TRIGGER\b")
_BEFORE_ACTION: Final = "ALTER TABLE t "


def read_alter_table(text: str) -> StatementFacts:
    """Read ALTER TABLE."""
    simple = _SIMPLE_ROW_SECURITY.match(text)
    if simple:
        key = relation_key((simple["schema"], simple["name"]))
        return StatementFacts((Fact("set", key, _ROW_SECURITY[simple["action"]]),))
    if _OUT_OF_SCOPE.match(text):
        # sqlglot has no such statements, and the facts have no owners and rules.
        return StatementFacts()
    if text[:24].upper() == "ALTER MATERIALIZED VIEW ":
        return _read_alter_view(text)
    if text[:12].upper() != "ALTER TABLE ":
        # The grammar of Postgres has one node for ALTER TABLE, ALTER INDEX, ALTER VIEW and others.
        return read_alter_index(text)
    tree = _parse(text)
    if isinstance(tree, Unparsed):
        return _read_by_action(text, tree)
    return StatementFacts(tuple(_read_actions(tree, read_relation(tree.this))))


def _parse(text: str) -> SqlglotNode | Unparsed:
    tree = parse_statement(text)
    if isinstance(tree, Unparsed):
        return tree
    # Old versions of sqlglot read SET GENERATED as an option of the table.
    is_understood = (
        isinstance(tree, exp.Alter)
        and tree.args.get("kind") == "TABLE"
        and not tree.args.get("options")
        and not any(isinstance(action, exp.AlterSet) for action in tree.args["actions"])
    )
    return tree if is_understood else Unparsed("sqlglot reads another statement")


def _read_actions(tree: SqlglotNode, relation: Relation, start: int = 0) -> Iterator[Fact]:
    validated = not tree.args.get("not_valid")
    for action in tree.args["actions"]:
        yield from _read_action(action, relation, validated=validated, start=start)


def _read_action(
    action: SqlglotNode, relation: Relation, *, validated: bool, start: int = 0
) -> Iterator[Fact]:
    if isinstance(action, exp.ColumnDef):
        yield from read_column(action, relation, start)
    elif isinstance(action, exp.AddConstraint):
        for constraint in action.expressions:
            fact = read_constraint(constraint, relation, validated=validated, start=start)
            if fact is not None:
                yield fact
    elif isinstance(action, exp.AlterColumn):
        offset, length = locate(action.this)
        key = part_key("column", relation, fold(action.this))
        yield Fact("set", key, _read_alter_column(action), start + offset, length)
    elif isinstance(action, exp.Drop) and action.args.get("kind") in {"COLUMN", "CONSTRAINT"}:
        kind = "column" if action.args["kind"] == "COLUMN" else CONSTRAINT
        # sqlglot has had the names in "tables" since 30.12, and one name in "this" before.
        for dropped in action.args.get("tables") or filter(None, [action.args.get("this")]):
            yield Fact("drop", part_key(kind, relation, fold(dropped.this)), {}, start)


def _read_alter_column(action: SqlglotNode) -> dict[str, Any]:
    args = action.args
    if args.get("allow_null") is not None:
        return {"not_null": not args["allow_null"]}
    if args.get("dtype") is not None:
        # ALTER COLUMN TYPE sets the storage mode and the compression method of the new type.
        return {
            "type": Tree(args["dtype"]),
            "collation": read_collation(args.get("collate")),
            "storage": None,
            "compression": None,
        }
    if args.get("default") is not None:
        return {"default": Tree(args["default"])}
    return {"default": None} if args.get("drop") else {}


def _read_alter_view(text: str) -> StatementFacts:
    """Read ALTER MATERIALIZED VIEW, of which only the marks on indexes are compared."""
    tokens = tokenize(text)
    relation, start = read_relation_tokens(tokens, skip_existence(tokens, 3))
    if relation is None:
        return StatementFacts()
    actions = split_at_commas(tokens, start)[0]
    return StatementFacts(tuple(fact for action in actions for fact in read_mark(action, relation)))


def _read_by_action(text: str, unparsed: Unparsed) -> StatementFacts:
    tokens = tokenize(text)
    start = skip_existence(tokens, 2)
    if start < len(tokens) and get_word(tokens[start]) == "ONLY":
        start += 1
    relation, start = read_relation_tokens(tokens, start)
    if relation is None:
        return StatementFacts((), unparsed)
    facts: list[Fact] = []
    is_read = True
    for action in split_at_commas(tokens, start)[0]:
        read = read_mark(action, relation) or _read_whole_action(text, action, relation)
        if read:
            facts += read
        else:
            first, last = action[0].start, action[-1].end + 1
            tree = _parse(f"{_BEFORE_ACTION}{text[first:last]}")
            if isinstance(tree, Unparsed):
                is_read = False
                facts += _read_action_text(text, action, relation)
            else:
                facts += _read_actions(tree, relation, first - len(_BEFORE_ACTION))
    return StatementFacts(tuple(facts), None if is_read else unparsed)


def _read_whole_action(text: str, action: Sequence[Token], relation: Relation) -> tuple[Fact, ...]:
    """Return the fact of an action whose words say everything; empty for any other action."""
    words = " ".join(map(get_word, action))
    table_values = _ROW_SECURITY.get(words) or read_table_action(action)
    if table_values:
        return (Fact("set", relation_key(relation), table_values, action[0].start),)
    state = _TRIGGER_STATE.match(words)
    if state:
        key = part_key("trigger", relation, read_name(action[-1]))
        return (Fact("set", key, {"enabled": _STATES[state["state"]]}, action[-1].start),)
    if words.startswith("VALIDATE CONSTRAINT"):
        key = part_key(CONSTRAINT, relation, read_name(action[2]))
        return (Fact("set", key, {"validated": True}, action[2].start),)
    if words.startswith("DETACH PARTITION"):
        partition, _ = read_relation_tokens(action, 2)
        if partition is not None:
            # A file that does not attach the partition again leaves it without a bound.
            return (Fact("set", relation_key(partition), {"bound": None}, action[2].start),)
    if words.startswith("ATTACH PARTITION"):
        partition, end = read_relation_tokens(action, 2)
        if partition is not None:
            bound = parse_bound(text[action[end].start : action[-1].end + 1])
            return (Fact("set", relation_key(partition), {"bound": bound}, action[2].start),)
    return ()


def _read_action_text(text: str, action: Sequence[Token], relation: Relation) -> Iterator[Fact]:
    last = action[-1].end + 1
    words = [get_word(token) for token in action]
    if words[:2] == ["ADD", "CONSTRAINT"]:
        yield from read_element_text(text[action[1].start : last], relation, action[1].start)
    elif words[:1] == ["ADD"]:
        name = skip_existence(action, 2 if words[1:2] == ["COLUMN"] else 1)
        yield from read_element_text(text[action[name].start : last], relation, action[name].start)
    elif words[:1] == ["ALTER"]:
        yield from _read_alter_column_tokens(text, action, relation)


_IDENTITY: Final = re.compile(
    r"(?:ADD|SET) GENERATED (?P<identity>ALWAYS|BY DEFAULT)(?: AS IDENTITY(?P<options> \(.*\))?)?\Z"
)
_DROPPED: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "DROP IDENTITY": lambda: {"identity": None, "sequence": {}, "cache": 1},
    "DROP EXPRESSION": lambda: {"generated": None},
}


def _read_alter_column_tokens(text: str, action: Sequence[Token], relation: Relation) -> Iterator[Fact]:
    """Yield the facts of the actions on a column that sqlglot does not model."""
    at = 2 if get_word(action[1]) == "COLUMN" else 1
    key = part_key("column", relation, read_name(action[at]))
    words = " ".join(map(get_word, action[at + 1 :]))
    identity = _IDENTITY.match(words)
    dropped = _DROPPED.get(words.removesuffix(" IF EXISTS"))
    if identity:
        values = {"identity": identity["identity"].lower()}
        if identity["options"]:
            values |= _read_new_sequence(text[action[at + 2].start : action[-1].end + 1])
        yield Fact("set", key, values, action[at].start)
    elif dropped:
        yield Fact("set", key, dropped(), action[at].start)
    else:
        values = read_setting(action[at + 1 :])
        if values:
            yield Fact("set", key, values, action[at].start)


def _read_new_sequence(text: str) -> dict[str, Any]:
    """Return the options of the sequence of GENERATED ... AS IDENTITY (...), as those of a new column."""
    facts = read_alter_table(f"{_BEFORE_ACTION}ADD COLUMN c bigint {text}").facts
    read = facts[0].values if facts else {}
    return {name: read.get(name, UNKNOWN) for name in ("sequence", "cache")}
