"""Mark as unknown what dynamic SQL may change, and no more than its text allows.

The text is parsed with placeholders for the values that are inserted at run time. If the result does not parse,
keywords decide.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.history.schema import HistoryRelation, Schema
from schema_dsl.parsing import Node, Problem
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.lexer import Token, tokens

ALL_KINDS = split_words(
    "relations columns functions types policies triggers indexes constraints grants row_security"
)
# The name that stands for an inserted name or value.
_PLACEHOLDER_NAME = "schema_dsl_blank"
_FORMAT_SPECIFIER = re.compile(r"%(?:%|(?:\d+\$)?-?(?:\*|\d+)?(?P<kind>[IsL]))")
_STRING = re.compile(r"(?s)\A(?:[eE]?'(?P<plain>(?:[^']|'')*)'|(?P<tag>\$\w*\$)(?P<body>.*)(?P=tag))\Z")
# The kinds of objects that a statement changes, by its keywords. A statement with none of them may change anything.
_KINDS_BY_KEYWORDS: tuple[tuple[re.Pattern[str], set[str]], ...] = (
    (re.compile(r"\b(?:create|drop|alter)\s+policy\b", re.IGNORECASE), {"policies"}),
    (
        re.compile(
            r"\b(?:create|drop|alter)\s+(?:or\s+replace\s+)?(?:constraint\s+)?trigger\b", re.IGNORECASE
        ),
        {"triggers"},
    ),
    (re.compile(r"\b(?:enable|disable)\s+trigger\b", re.IGNORECASE), {"triggers"}),
    (re.compile(r"\b(?:enable|disable|force)\s+row\s+level\b", re.IGNORECASE), {"row_security"}),
    (re.compile(r"\b(?:create\s+(?:unique\s+)?|drop\s+)index\b", re.IGNORECASE), {"indexes"}),
    (re.compile(r"\b(?:add|drop|validate)\s+constraint\b", re.IGNORECASE), {"constraints", "indexes"}),
    (re.compile(r"\b(?:grant|revoke)\b", re.IGNORECASE), {"grants"}),
    (
        re.compile(
            r"\b(?:comment\s+on|owner\s+to|analyze|vacuum|reindex|notify|set\s+local)\b", re.IGNORECASE
        ),
        set(),
    ),
    (
        re.compile(r"\b(?:insert\s+into|update\s|delete\s+from|truncate|select|refresh)\b", re.IGNORECASE),
        set(),
    ),
)
DDL_KEYWORD = re.compile(r"\b(?:create|drop|alter|rename)\b", re.IGNORECASE)


def apply_dynamic_sql(schema: Schema, text: str) -> None:
    """Mark as unknown what an EXECUTE statement with this text may change."""
    token_list = list(tokens(text))[1:]
    parsed = parse(_build_template(text, token_list))
    if isinstance(parsed, Problem) or not parsed.stmts:
        _mark_unknown_by_keywords(schema, " ".join(_string_value(text, token) or "" for token in token_list))
        return
    for raw in parsed.stmts:
        kind = raw.stmt.WhichOneof("node")
        mark = _HANDLERS.get(kind, _mark_all_unknown)
        mark(schema, getattr(raw.stmt, kind))


def _mark_unknown_by_keywords(schema: Schema, text: str) -> None:
    kinds_by_words = [kinds for pattern, kinds in _KINDS_BY_KEYWORDS if pattern.search(text)]
    rest = text
    for pattern, _ in _KINDS_BY_KEYWORDS:
        rest = pattern.sub(" ", rest)
    # The keywords after ALTER TABLE decide what it changes.
    rest = re.sub(r"\balter\s+table\b", " ", rest, flags=re.IGNORECASE) if kinds_by_words else rest
    if not kinds_by_words or DDL_KEYWORD.search(rest):
        schema.mark_unknown(ALL_KINDS)
    for kinds in kinds_by_words:
        schema.mark_unknown(kinds)


def _string_value(text: str, token: Token) -> str | None:
    """Return the value of a string token; None if the token is not a string."""
    match = _STRING.match(text[token.start : token.end])
    if match is None:
        return None
    return match["body"] if match["body"] is not None else match["plain"].replace("''", "'")


def _build_template(text: str, token_list: list[Token]) -> str:
    """Return the statement that an EXECUTE builds, with placeholders; "" if its beginning is not a constant."""
    formatted = [token.word for token in token_list[:2]] == ["format", "("]
    pieces: list[str] = []
    for token in _iter_template_tokens(token_list[2:] if formatted else token_list, first=formatted):
        written = _string_value(text, token)
        pieces.append(_PLACEHOLDER_NAME if written is None else written)
    if pieces[:1] in ([], [_PLACEHOLDER_NAME]):
        return ""
    template = "".join(pieces)
    return _FORMAT_SPECIFIER.sub(_fill_placeholder, template) if formatted else template


def _iter_template_tokens(token_list: list[Token], *, first: bool) -> Iterator[Token]:
    """Yield the concatenated strings, and one token for each value between them.

    If `first` is true, read only the first argument: the format string of format().
    """
    depth, value = 0, False
    for token in token_list:
        if not depth and (token.word in {"using", "into"} or (first and token.word in {",", ")"})):
            return
        depth += (1 if token.word in "([" else -1) if token.kind == "bracket" else 0
        string = token.kind in {"string", "dollar"} and not depth
        if string or (not value and token.word != "|"):
            yield token
        value = not string and (value or token.word != "|") and not (token.word == "|" and not depth)


def _fill_placeholder(match: re.Match[str]) -> str:
    kind = match["kind"]
    return {"I": _PLACEHOLDER_NAME, "s": _PLACEHOLDER_NAME, "L": "'x'"}.get(kind, "%")


def _mark_all_unknown(schema: Schema, _: Node) -> None:
    schema.mark_unknown(ALL_KINDS)


def _mark_nothing(_: Schema, __: Node) -> None:
    pass


def _find_possible_relations(schema: Schema, schema_name: str, name: str) -> list[HistoryRelation]:
    """Return the relations that a name with placeholders may name."""
    homes = (schema_name,) if schema_name else schema.search_path
    return [
        relation
        for relation in schema.relations.values()
        if (_PLACEHOLDER_NAME in schema_name or relation.schema in homes)
        and (_PLACEHOLDER_NAME in name or relation.name == name)
    ]


def _mark_relations_unknown(schema: Schema, schema_name: str, name: str, kinds: set[str]) -> None:
    for relation in _find_possible_relations(schema, schema_name, name):
        relation.mark_unknown(kinds)


def _relation_handler(field: str, kinds: set[str]) -> Callable[[Schema, Node], None]:
    def mark(schema: Schema, tree: Node) -> None:
        node = getattr(tree, field)
        schema.unknown_kinds.update(kinds & {"indexes"})
        _mark_relations_unknown(schema, node.schemaname, node.relname, kinds)

    return mark


def _mark_alter_table(schema: Schema, tree: Node) -> None:
    kinds: set[str] = set()
    for wrapped in tree.cmds:
        kinds |= _ALTER_KINDS.get(
            enumeration("AlterTableType")[wrapped.alter_table_cmd.subtype], ALL_KINDS - {"relations"}
        )
    schema.unknown_kinds.update(kinds & {"indexes"})
    on = kinds == {"row_security"} and all(
        _enables_row_security(wrapped.alter_table_cmd) for wrapped in tree.cmds
    )
    for relation in _find_possible_relations(schema, tree.relation.schemaname, tree.relation.relname):
        if not (on and relation.row_security):
            relation.mark_unknown(kinds)


def _enables_row_security(command: Node) -> bool:
    return enumeration("AlterTableType")[command.subtype] == "AT_EnableRowSecurity"


def _mark_create_table(schema: Schema, tree: Node) -> None:
    """Mark the schema as one that may contain unknown tables."""
    schema_name = schema.creation_schema(tree.relation.schemaname)
    schema.fully_known_schemas -= {
        home for home in schema.fully_known_schemas if _PLACEHOLDER_NAME in schema_name or home == schema_name
    }
    schema.dropped -= {
        key for key in schema.dropped if _PLACEHOLDER_NAME in schema_name or key[0] == schema_name
    }


def _mark_drop(schema: Schema, tree: Node) -> None:
    kind = enumeration("ObjectType")[tree.remove_type]
    if kind not in _DROP_KINDS or enumeration("DropBehavior")[tree.behavior] == "DROP_CASCADE":
        schema.mark_unknown(ALL_KINDS)
        return
    for node in tree.objects:
        name = node.list.items[-1].string.sval
        for relation in _find_possible_relations(schema, *qualified_name(node.list.items[:-1])):
            parts = relation.policies if kind == "OBJECT_POLICY" else relation.triggers
            # A fully known relation without a policy or trigger of that name loses none.
            if _PLACEHOLDER_NAME in name or name in parts or not relation.fully_known:
                relation.mark_unknown(_DROP_KINDS[kind])


_ALTER_KINDS: dict[str, set[str]] = {
    "AT_EnableRowSecurity": {"row_security"},
    "AT_DisableRowSecurity": {"row_security"},
    "AT_ForceRowSecurity": {"row_security"},
    "AT_NoForceRowSecurity": {"row_security"},
    "AT_EnableTrig": {"triggers"},
    "AT_EnableTrigAll": {"triggers"},
    "AT_EnableTrigUser": {"triggers"},
    "AT_DisableTrig": {"triggers"},
    "AT_DisableTrigAll": {"triggers"},
    "AT_DisableTrigUser": {"triggers"},
    "AT_AddConstraint": {"constraints", "indexes"},
    "AT_DropConstraint": {"constraints", "indexes"},
    "AT_ValidateConstraint": {"constraints"},
    "AT_ChangeOwner": set(),
    "AT_SetRelOptions": set(),
    "AT_SetStatistics": set(),
    "AT_SetStorage": set(),
    "AT_ReplicaIdentity": set(),
}
_DROP_KINDS: dict[str, set[str]] = {"OBJECT_POLICY": {"policies"}, "OBJECT_TRIGGER": {"triggers"}}
_HANDLERS: dict[str, Callable[[Schema, Node], None]] = {
    **dict.fromkeys(
        (
            *("select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "truncate_stmt"),
            *("comment_stmt", "refresh_mat_view_stmt", "notify_stmt", "vacuum_stmt", "reindex_stmt"),
            *("lock_stmt", "copy_stmt", "variable_set_stmt", "alter_seq_stmt"),
        ),
        _mark_nothing,
    ),
    "grant_stmt": lambda schema, _: schema.mark_unknown({"grants"}),
    "create_stmt": _mark_create_table,
    "create_policy_stmt": _relation_handler("table", {"policies"}),
    "alter_policy_stmt": _relation_handler("table", {"policies"}),
    "create_trig_stmt": _relation_handler("relation", {"more triggers"}),
    "index_stmt": _relation_handler("relation", {"indexes"}),
    "alter_table_stmt": _mark_alter_table,
    "drop_stmt": _mark_drop,
}
