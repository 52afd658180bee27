"""What SQL may have changed that is only put together at run time: as little as its text allows.

The text is read as a statement with blanks for what is filled in. Where that is no statement, single words tell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from schema_dsl.lint.history.schema import HistoryRelation, Schema
from schema_dsl.lint.history.trees import enumeration, qualified
from schema_dsl.lint.option_names import words
from schema_dsl.parsing import Node, Problem
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.lexer import Token, tokens

EVERYTHING = words(
    "relations columns functions types policies triggers indexes constraints grants row_security"
)
# What stands where a name is filled in.
_BLANK = "schema_dsl_blank"
_FILLED = re.compile(r"%(?:%|(?:\d+\$)?-?(?:\*|\d+)?(?P<kind>[IsL]))")
_STRING = re.compile(r"(?s)\A(?:[eE]?'(?P<plain>(?:[^']|'')*)'|(?P<tag>\$\w*\$)(?P<body>.*)(?P=tag))\Z")
# What a statement changes, by the words in it; without any of them it may do anything.
_WORDS: tuple[tuple[re.Pattern[str], set[str]], ...] = (
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
DEFINES = re.compile(r"\b(?:create|drop|alter|rename)\b", re.IGNORECASE)


def doubt_dynamic(schema: Schema, text: str) -> None:
    """Note what an EXECUTE may have changed; `text` is it as it stands in the body."""
    found = list(tokens(text))[1:]
    parsed = parse(_template(text, found))
    if isinstance(parsed, Problem) or not parsed.stmts:
        _doubt_by_words(schema, " ".join(_written(text, each) or "" for each in found))
        return
    for raw in parsed.stmts:
        kind = raw.stmt.WhichOneof("node")
        doubt = _DOUBTS.get(kind, _everything)
        doubt(schema, getattr(raw.stmt, kind))


def _doubt_by_words(schema: Schema, text: str) -> None:
    found = [kinds for pattern, kinds in _WORDS if pattern.search(text)]
    rest = text
    for pattern, _ in _WORDS:
        rest = pattern.sub(" ", rest)
    # What is altered is said by the words behind it.
    rest = re.sub(r"\balter\s+table\b", " ", rest, flags=re.IGNORECASE) if found else rest
    if not found or DEFINES.search(rest):
        schema.doubt(EVERYTHING)
    for kinds in found:
        schema.doubt(kinds)


def _written(text: str, token: Token) -> str | None:
    """Give what a string says; None if it is none."""
    found = _STRING.match(text[token.start : token.end])
    if found is None:
        return None
    return found["body"] if found["body"] is not None else found["plain"].replace("''", "'")


def _template(text: str, found: list[Token]) -> str:
    """Give the statement that an EXECUTE puts together, with blanks; "" if its beginning is not written out."""
    formatted = [each.word for each in found[:2]] == ["format", "("]
    pieces: list[str] = []
    for token in _expression(found[2:] if formatted else found, first=formatted):
        written = _written(text, token)
        pieces.append(_BLANK if written is None else written)
    if pieces[:1] in ([], [_BLANK]):
        return ""
    template = "".join(pieces)
    return _FILLED.sub(_filled, template) if formatted else template


def _expression(found: list[Token], *, first: bool) -> Iterator[Token]:
    """Yield the strings that are put together, and one token for each value between them.

    With `first`, those of the first argument only.
    """
    depth, value = 0, False
    for token in found:
        if not depth and (token.word in {"using", "into"} or (first and token.word in {",", ")"})):
            return
        depth += (1 if token.word in "([" else -1) if token.kind == "bracket" else 0
        string = token.kind in {"string", "dollar"} and not depth
        if string or (not value and token.word != "|"):
            yield token
        value = not string and (value or token.word != "|") and not (token.word == "|" and not depth)


def _filled(found: re.Match[str]) -> str:
    kind = found["kind"]
    return {"I": _BLANK, "s": _BLANK, "L": "'x'"}.get(kind, "%")


def _everything(schema: Schema, _: Node) -> None:
    schema.doubt(EVERYTHING)


def _nothing(_: Schema, __: Node) -> None:
    pass


def _meant(schema: Schema, where: str, name: str) -> list[HistoryRelation]:
    """Give the relations that a name with blanks in it may mean."""
    homes = (where,) if where else schema.search_path
    return [
        each
        for each in schema.relations.values()
        if (_BLANK in where or each.schema in homes) and (_BLANK in name or each.name == name)
    ]


def _doubt(schema: Schema, where: str, name: str, kinds: set[str]) -> None:
    for relation in _meant(schema, where, name):
        relation.doubt(kinds)


def _of_relation(field: str, kinds: set[str]) -> Callable[[Schema, Node], None]:
    def doubt(schema: Schema, tree: Node) -> None:
        node = getattr(tree, field)
        schema.doubts.update(kinds & {"indexes"})
        _doubt(schema, node.schemaname, node.relname, kinds)

    return doubt


def _alter_table(schema: Schema, tree: Node) -> None:
    kinds: set[str] = set()
    for wrapped in tree.cmds:
        kinds |= _ALTERED.get(
            enumeration("AlterTableType")[wrapped.alter_table_cmd.subtype], EVERYTHING - {"relations"}
        )
    schema.doubts.update(kinds & {"indexes"})
    on = kinds == {"row_security"} and all(_puts_on(each.alter_table_cmd) for each in tree.cmds)
    for relation in _meant(schema, tree.relation.schemaname, tree.relation.relname):
        if not (on and relation.row_security):
            relation.doubt(kinds)


def _puts_on(command: Node) -> bool:
    return enumeration("AlterTableType")[command.subtype] == "AT_EnableRowSecurity"


def _create_table(schema: Schema, tree: Node) -> None:
    """There may be tables now of which nothing else is known."""
    where = schema.creation_schema(tree.relation.schemaname)
    schema.closed -= {each for each in schema.closed if _BLANK in where or each == where}
    schema.dropped -= {key for key in schema.dropped if _BLANK in where or key[0] == where}


def _drop(schema: Schema, tree: Node) -> None:
    kind = enumeration("ObjectType")[tree.remove_type]
    if kind not in _DROPPED or enumeration("DropBehavior")[tree.behavior] == "DROP_CASCADE":
        schema.doubt(EVERYTHING)
        return
    for node in tree.objects:
        name = node.list.items[-1].string.sval
        for relation in _meant(schema, *qualified(node.list.items[:-1])):
            held = relation.policies if kind == "OBJECT_POLICY" else relation.triggers
            # Where there is none of that name, none is dropped.
            if _BLANK in name or name in held or not relation.settled:
                relation.doubt(_DROPPED[kind])


_ALTERED: dict[str, set[str]] = {
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
_DROPPED: dict[str, set[str]] = {"OBJECT_POLICY": {"policies"}, "OBJECT_TRIGGER": {"triggers"}}
_DOUBTS: dict[str, Callable[[Schema, Node], None]] = {
    **dict.fromkeys(
        (
            *("select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt", "truncate_stmt"),
            *("comment_stmt", "refresh_mat_view_stmt", "notify_stmt", "vacuum_stmt", "reindex_stmt"),
            *("lock_stmt", "copy_stmt", "variable_set_stmt", "alter_seq_stmt"),
        ),
        _nothing,
    ),
    "grant_stmt": lambda schema, _: schema.doubt({"grants"}),
    "create_stmt": _create_table,
    "create_policy_stmt": _of_relation("table", {"policies"}),
    "alter_policy_stmt": _of_relation("table", {"policies"}),
    "create_trig_stmt": _of_relation("relation", {"more triggers"}),
    "index_stmt": _of_relation("relation", {"indexes"}),
    "alter_table_stmt": _alter_table,
    "drop_stmt": _drop,
}
