"""Read the static SQL statements of a PL/pgSQL body, each with the guard that decides whether it runs.

The reader walks over the tokens and does not parse PL/pgSQL; a body that does not compile has been reported before.
PL/pgSQL's own statements (assignments, loops, conditions) only determine the guards.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator
from weakref import WeakKeyDictionary

import attrs

from schema_dsl.analysis.builtins import split_words
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.bodies import Body, find_body
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.lexer import Token, tokens

_SQL_COMMANDS = split_words(
    "alter analyze call cluster comment copy create delete discard drop grant import insert lock merge perform "
    "refresh reindex reset revoke security select set truncate update vacuum with"
)
# The beginnings of the condition names with which a handler tolerates a missing object.
_MISSING_OBJECT_CONDITIONS = ("others", "undefined", "sqlstate")
_PERFORM = re.compile(r"^\s*(?:PERFORM)\b", re.IGNORECASE)
# Padded to the length of PERFORM, so that offsets in the statement stay the same.
_SELECT = "SELECT "
_LABEL = ("<", "<", ">", ">")
_QUOTED = re.compile(r"(?s)\A(?:'(?P<plain>(?:[^']|'')*)'|(?P<tag>\$\w*\$)(?P<body>.*)(?P=tag))\Z")


class Guard(enum.Enum):
    """The condition on which a statement runs.

    Attributes:
        NONE: The statement always runs.
        IF_ABSENT: The statement runs if the object that it creates does not exist yet.
        UNKNOWN: The condition is unknown.
    """

    NONE = "none"
    IF_ABSENT = "if absent"
    UNKNOWN = "unknown"


@attrs.frozen(eq=False)
class BodyStatement:
    """A statement of a body.

    Attributes:
        statement: The static statement; None for an EXECUTE.
        guard: The condition on which the statement runs.
        variables: The PL/pgSQL variables of the body.
        dynamic: The text of an EXECUTE of a string that is built at run time.
        tolerates_missing: Whether an EXCEPTION handler tolerates that a named object does not exist.
        is_return_query: Whether the statement is the query of RETURN QUERY.
    """

    statement: Statement | None
    guard: Guard
    variables: frozenset[str]
    dynamic: str = ""
    tolerates_missing: bool = False
    is_return_query: bool = False


@attrs.define(eq=False)
class _Frame:
    """An open IF, CASE, LOOP or BEGIN.

    Attributes:
        guard: The guard of the statements in the frame.
        handler_guard: The guard that the EXCEPTION clause of a BEGIN block adds to its statements.
        handled_block: The BEGIN block of an EXCEPTION clause.
    """

    kind: str
    guard: Guard
    handler_guard: Guard = Guard.NONE
    handled_block: _Frame | None = None


@attrs.define
class _BodyReader:
    """A walk over the tokens of a body.

    Attributes:
        first_line: The line of the file on which the body starts.
        expressions: Whether to read also the queries and expressions in PL/pgSQL's own statements.
    """

    body: Body
    tokens: list[Token]
    first_line: int
    expressions: bool = False
    cursor: int = 0
    frames: list[_Frame] = attrs.field(factory=list)
    variables: set[str] = attrs.field(factory=set)
    pending: list[tuple[BodyStatement, list[_Frame]]] = attrs.field(factory=list)

    def run(self) -> Iterator[BodyStatement]:
        while self.cursor < len(self.tokens):
            self._read_token(self.tokens[self.cursor])
        names = frozenset(self.variables)
        for inner, frames in self.pending:
            handler_guards = {frame.handler_guard for frame in frames}
            yield attrs.evolve(
                inner,
                guard=_strongest_guard({inner.guard} | handler_guards),
                variables=names,
                tolerates_missing=Guard.UNKNOWN in handler_guards,
            )

    def _read_token(self, token: Token) -> None:
        word = token.word
        handler = _STEPS.get(word)
        if handler is not None and token.kind == "word":
            handler(self)
        elif word in _SQL_COMMANDS:
            self._read_command(token)
        elif word == "exception" and self._opens_handler():
            self._handler()
        elif word == "execute":
            self._execute(token)
        elif word == "return" and self._peek(1) == "query" and self._peek(2) in _SQL_COMMANDS:
            self.cursor += 2
            self._read_command(self.tokens[self.cursor], is_return_query=True)
        else:
            passed = self._read_until({";"}, or_labels=True)
            if _is_label(passed):
                self.variables.add(self._name(passed[2]))
            else:
                self._add_expression(_value_tokens(passed))

    def _name(self, token: Token) -> str:
        if token.kind == "quoted":
            return self.body.text[token.start + 1 : token.end - 1].replace('""', '"')
        return token.word

    def _add_expression(self, token_list: list[Token]) -> None:
        """Add an expression as a SELECT, as PL/pgSQL executes it."""
        if self.expressions and token_list:
            start, end = token_list[0].start, token_list[-1].end
            self._add_statement(_SELECT + self.body.text[start:end], start, before=len(_SELECT))

    def _begin(self) -> None:
        self.frames.append(_Frame("begin", self._guard()))
        self.cursor += 1

    def _case(self) -> None:
        self.frames.append(_Frame("case", Guard.UNKNOWN))
        self._read_until({"when"})
        self._read_until({"then"})

    def _when(self) -> None:
        words = {token.word for token in self._read_until({"then"})}
        block = self.frames[-1].handled_block if self.frames else None
        if block is not None and any(word.startswith(_MISSING_OBJECT_CONDITIONS) for word in words):
            block.handler_guard = Guard.UNKNOWN

    def _end(self) -> None:
        if self.frames:
            self.frames.pop()
        # END CASE closes the CASE statement; a CASE expression closes with END.
        self.cursor += 2 if self._peek(1) == "case" else 1
        self._read_until({";"})

    def _peek(self, ahead: int) -> str:
        at = self.cursor + ahead
        return self.tokens[at].word if at < len(self.tokens) else ""

    def _guard(self) -> Guard:
        return _strongest_guard({frame.guard for frame in self.frames})

    def _read_until(self, ends: set[str], *, or_labels: bool = False) -> list[Token]:
        """Move behind the next word of `ends` outside parentheses and CASE, and return the tokens before it."""
        depth = cases = 0
        passed: list[Token] = []
        while self.cursor < len(self.tokens):
            token = self.tokens[self.cursor]
            self.cursor += 1
            if token.kind == "bracket":
                depth += 1 if token.word in "([" else -1
            elif token.word == "case" and token.kind == "word" and passed:
                cases += 1
            elif token.word == "end" and cases:
                cases -= 1
            elif depth <= 0 and not cases and token.word in ends:
                return passed
            passed.append(token)
            if or_labels and _is_label(passed):
                return passed
        return passed

    def _declarations(self) -> None:
        self.cursor += 1
        while self.cursor < len(self.tokens) and self._peek(0) != "begin":
            declared = self._read_until({";"})
            if declared:
                self.variables.add(self._name(declared[0]))

    def _condition(self) -> None:
        if self._peek(0) == "if":
            self.frames.append(_Frame("if", Guard.NONE))
        self.cursor += 1
        condition = self._read_until({"then"})
        self._add_expression(condition)
        words = [token.word for token in condition]
        while words[:1] == ["("]:
            words = words[1:]
        self.frames[-1:] = [_Frame("present" if words[:1] == ["exists"] else "if", _condition_guard(words))]

    def _other_branch(self) -> None:
        self.cursor += 1
        if self.frames:
            # The ELSE branch of IF EXISTS (...) runs if the object is absent.
            absent = self.frames[-1].kind == "present"
            self.frames[-1] = _Frame("if", Guard.IF_ABSENT if absent else Guard.UNKNOWN)

    def _opens_handler(self) -> bool:
        return self._peek(1) == "when" and bool(self.frames) and self.frames[-1].kind == "begin"

    def _handler(self) -> None:
        block = self.frames[-1]
        block.handler_guard = Guard.IF_ABSENT
        self.frames[-1:] = [_Frame("handler", Guard.UNKNOWN, handled_block=block)]
        self.cursor += 1

    def _loop(self) -> None:
        start, word = self.cursor, self._peek(0)
        passed = self._read_until({"loop"})
        if word in {"for", "foreach"}:
            for number, token in enumerate(passed[1:], 2):
                if token.word in {"in", "slice"}:
                    if self.expressions and number < len(passed) and passed[number].word in _SQL_COMMANDS:
                        self._add_query(passed[number:])
                    break
                if token.kind in {"word", "quoted"}:
                    self.variables.add(self._name(token))
        elif word == "while":
            self._add_expression(passed[1:])
        self.frames.append(_Frame("loop", Guard.UNKNOWN))
        self.cursor = max(self.cursor, start + 1)

    def _read_command(self, first: Token, *, is_return_query: bool = False) -> None:
        passed = self._read_until({";"})
        if passed:
            self._add_query([t for t in passed if t.start >= first.start], is_return_query=is_return_query)

    def _add_query(self, token_list: list[Token], *, is_return_query: bool = False) -> None:
        start, end = token_list[0].start, token_list[-1].end
        text = _blank_into(self.body.text[start:end], token_list, start)
        self._add_statement(_PERFORM.sub(_SELECT, text, count=1), start, is_return_query=is_return_query)

    def _add_statement(
        self, text: str, start: int, *, before: int = 0, is_return_query: bool = False
    ) -> None:
        parsed = parse(text)
        if isinstance(parsed, Problem) or len(parsed.stmts) != 1:
            return
        raw = parsed.stmts[0]
        kind = raw.stmt.WhichOneof("node")
        at = self.body.offset(start) - before
        line = self.first_line + self.body.text.count("\n", 0, start)
        statement = Statement(text, at, at + len(text), line, kind, raw=raw)
        self._append_pending(
            BodyStatement(statement, self._guard(), frozenset(), is_return_query=is_return_query)
        )

    def _append_pending(self, inner: BodyStatement) -> None:
        self.pending.append((inner, list(self.frames)))

    def _execute(self, first: Token) -> None:
        passed = self._read_until({";"})[1:]
        if len(passed) == 1:
            quoted = _QUOTED.match(self.body.text[passed[0].start : passed[0].end])
            if quoted and quoted["body"] is not None:
                self._add_statement(quoted["body"], passed[0].start + len(quoted["tag"]))
                return
            if quoted and "''" not in quoted["plain"]:
                self._add_statement(quoted["plain"], passed[0].start + 1)
                return
        text = self.body.text[first.start : passed[-1].end] if passed else ""
        self._append_pending(BodyStatement(None, self._guard(), frozenset(), dynamic=text))


_STEPS: dict[str, Callable[[_BodyReader], None]] = {
    "declare": _BodyReader._declarations,  # noqa: SLF001 - the class's own table
    "begin": _BodyReader._begin,  # noqa: SLF001
    **dict.fromkeys(("if", "elsif", "elseif"), _BodyReader._condition),  # noqa: SLF001
    "case": _BodyReader._case,  # noqa: SLF001
    "else": _BodyReader._other_branch,  # noqa: SLF001
    "when": _BodyReader._when,  # noqa: SLF001
    **dict.fromkeys(("for", "foreach", "while", "loop"), _BodyReader._loop),  # noqa: SLF001
    "end": _BodyReader._end,  # noqa: SLF001
}


def _value_tokens(token_list: list[Token]) -> list[Token]:
    """Return the tokens of the expression in a RETURN or an assignment."""
    if token_list and token_list[0].word == "return":
        return (
            []
            if token_list[1:2] and token_list[1].word == "query"
            else token_list[2 if _is_next(token_list) else 1 :]
        )
    depth = 0
    named = False
    for index, token in enumerate(token_list):
        depth += (token.word in "([") - (token.word in ")]") if token.kind == "bracket" else 0
        if depth or token.kind == "bracket":
            continue
        if named and token.word in {":=", "="}:
            return token_list[index + 1 :]
        # Only an assignment starts with a name and its dotted fields.
        if (token.kind in {"word", "quoted"}) is named or (named and token.word != "."):
            break
        named = not named
    return []


def _is_label(token_list: list[Token]) -> bool:
    return (
        len(token_list) == len(_LABEL) + 1
        and (*(t.word for t in (*token_list[:2], *token_list[3:])),) == _LABEL
    )


def _is_next(token_list: list[Token]) -> bool:
    return len(token_list) > 1 and token_list[1].word == "next"


def _strongest_guard(guards: set[Guard]) -> Guard:
    return next((guard for guard in (Guard.UNKNOWN, Guard.IF_ABSENT) if guard in guards), Guard.NONE)


def _condition_guard(words: list[str]) -> Guard:
    if words[:2] == ["not", "exists"] or words[-2:] == ["is", "null"]:
        return Guard.IF_ABSENT
    return Guard.UNKNOWN


# Both the replay and the rules for whole files read a block.
_CACHE: WeakKeyDictionary[Statement, tuple[BodyStatement, ...] | None] = WeakKeyDictionary()


def read_block_statements(block: Statement) -> tuple[BodyStatement, ...] | None:
    """Return the statements of a DO block in order; None if the statement is not a PL/pgSQL block."""
    if block.kind != "do_stmt":
        return None
    if block not in _CACHE:
        body = find_body(block)
        is_plpgsql = body is not None and body.language == "plpgsql"
        _CACHE[block] = tuple(_read_statements(block, body)) if body is not None and is_plpgsql else None
    return _CACHE[block]


def read_routine_statements(routine: Statement, body: Body) -> Iterator[BodyStatement]:
    """Yield the static statements, queries and expressions of a PL/pgSQL routine."""
    yield from _read_statements(routine, body, expressions=True)


def expand_blocks(outer: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements, and after each DO block the statements in the block."""
    for statement in outer:
        yield statement
        for inner in read_block_statements(statement) or ():
            if inner.statement is not None:
                yield inner.statement


def _read_statements(block: Statement, body: Body, *, expressions: bool = False) -> Iterator[BodyStatement]:
    line = block.line + block.text.count("\n", 0, body.start - block.start)
    yield from _BodyReader(body, list(tokens(body.text)), line, expressions).run()


def _blank_into(text: str, token_list: list[Token], start: int) -> str:
    """Replace INTO and its target variables by spaces, because they are not part of the SQL statement."""
    depth = 0
    for index, token in enumerate(token_list):
        depth += (1 if token.word in "([" else -1) if token.kind == "bracket" else 0
        before = token_list[index - 1].word if index else ""
        if depth or token.word != "into" or token.kind != "word" or before in {"insert", "merge"}:
            continue
        end = _find_targets_end(token_list, index + 1)
        if end > index + 1:
            first, last = token.start - start, token_list[end - 1].end - start
            return text[:first] + re.sub(r"[^\n]", " ", text[first:last]) + text[last:]
    return text


def _find_targets_end(token_list: list[Token], index: int) -> int:
    if index < len(token_list) and token_list[index].word == "strict":
        index += 1
    while index < len(token_list) and token_list[index].kind in {"word", "quoted"}:
        index += 1
        while index + 1 < len(token_list) and token_list[index].word in {".", "["}:
            index += 2 if token_list[index].word == "." else 3
        if index < len(token_list) and token_list[index].word == ",":
            index += 1
            continue
        break
    return index
