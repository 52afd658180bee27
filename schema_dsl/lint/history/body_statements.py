"""The SQL that stands in a PL/pgSQL body as it will run: statement by statement, with what it depends on.

A walk over the tokens, not a parser: a body that does not compile has been reported by then. What is not
plain SQL (assignments, loops, conditions) only tells how sure it is that a statement runs.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Iterator
from weakref import WeakKeyDictionary

import attrs

from schema_dsl.lint.option_names import words
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.bodies import Body, body_of
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.lexer import Token, tokens

_COMMANDS = words(
    "alter analyze call cluster comment copy create delete discard drop grant import insert lock merge perform "
    "refresh reindex reset revoke security select set truncate update vacuum with"
)
# A handler of these takes it that something may not be there.
_SWALLOWING = ("others", "undefined", "sqlstate")
_SKIPPED = re.compile(r"^\s*(?:PERFORM)\b", re.IGNORECASE)
# As long as PERFORM, so that offsets stay.
_QUERY = "SELECT "
_LABEL = ("<", "<", ">", ">")
_QUOTED = re.compile(r"(?s)\A(?:'(?P<plain>(?:[^']|'')*)'|(?P<tag>\$\w*\$)(?P<body>.*)(?P=tag))\Z")


class Guard(enum.Enum):
    """Whether a statement runs: always; where what it makes is not there yet; or nobody knows."""

    NONE = "none"
    ABSENT = "absent"
    OTHER = "other"


@attrs.frozen(eq=False)
class BodyStatement:
    """A statement of a body. `dynamic` is the text of an EXECUTE that is put together at run time.

    `swallowed`: an EXCEPTION takes it that something which the statement names may not be there. `returned`: it
    is what RETURN QUERY gives.
    """

    statement: Statement | None
    guard: Guard
    variables: frozenset[str]
    dynamic: str = ""
    swallowed: bool = False
    returned: bool = False


@attrs.define(eq=False)
class _Frame:
    """An open IF, CASE, LOOP or BEGIN; `handled` says what its EXCEPTION makes of the statements in it."""

    kind: str
    guard: Guard
    handled: Guard = Guard.NONE
    handles: _Frame | None = None


@attrs.define
class _BodyReader:
    """A walk. With `expressions`, queries and expressions within PL/pgSQL's own statements are given too."""

    body: Body
    found: list[Token]
    line_of: int
    expressions: bool = False
    position: int = 0
    frames: list[_Frame] = attrs.field(factory=list)
    variables: set[str] = attrs.field(factory=set)
    pending: list[tuple[BodyStatement, list[_Frame]]] = attrs.field(factory=list)

    def run(self) -> Iterator[BodyStatement]:
        while self.position < len(self.found):
            self._step(self.found[self.position])
        names = frozenset(self.variables)
        for inner, frames in self.pending:
            handled = {frame.handled for frame in frames}
            yield attrs.evolve(
                inner,
                guard=_strongest({inner.guard} | handled),
                variables=names,
                swallowed=Guard.OTHER in handled,
            )

    def _step(self, token: Token) -> None:
        word = token.word
        handler = _STEPS.get(word)
        if handler is not None and token.kind == "word":
            handler(self)
        elif word in _COMMANDS:
            self._command(token)
        elif word == "exception" and self._opens_handler():
            self._handler()
        elif word == "execute":
            self._execute(token)
        elif word == "return" and self._peek(1) == "query" and self._peek(2) in _COMMANDS:
            self.position += 2
            self._command(self.found[self.position], returned=True)
        else:
            passed = self._until({";"}, or_labels=True)
            if _is_label(passed):
                self.variables.add(self._name(passed[2]))
            else:
                self._expression(_value(passed))

    def _name(self, token: Token) -> str:
        if token.kind == "quoted":
            return self.body.text[token.start + 1 : token.end - 1].replace('""', '"')
        return token.word

    def _expression(self, found: list[Token]) -> None:
        """Give an expression as the query that Postgres makes of it."""
        if self.expressions and found:
            start, end = found[0].start, found[-1].end
            self._add(_QUERY + self.body.text[start:end], start, before=len(_QUERY))

    def _begin(self) -> None:
        self.frames.append(_Frame("begin", self._guard()))
        self.position += 1

    def _case(self) -> None:
        self.frames.append(_Frame("case", Guard.OTHER))
        self._until({"when"})
        self._until({"then"})

    def _when(self) -> None:
        words = {token.word for token in self._until({"then"})}
        handled = self.frames[-1].handles if self.frames else None
        if handled is not None and any(word.startswith(_SWALLOWING) for word in words):
            handled.handled = Guard.OTHER

    def _end(self) -> None:
        if self.frames:
            self.frames.pop()
        # Not the CASE of an expression.
        self.position += 2 if self._peek(1) == "case" else 1
        self._until({";"})

    def _peek(self, ahead: int) -> str:
        at = self.position + ahead
        return self.found[at].word if at < len(self.found) else ""

    def _guard(self) -> Guard:
        return _strongest({frame.guard for frame in self.frames})

    def _until(self, ends: set[str], *, or_labels: bool = False) -> list[Token]:
        """Go behind the next of `ends` that is not inside parentheses or a CASE; give what came before."""
        depth = cases = 0
        passed: list[Token] = []
        while self.position < len(self.found):
            token = self.found[self.position]
            self.position += 1
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
        self.position += 1
        while self.position < len(self.found) and self._peek(0) != "begin":
            declared = self._until({";"})
            if declared:
                self.variables.add(self._name(declared[0]))

    def _condition(self) -> None:
        if self._peek(0) == "if":
            self.frames.append(_Frame("if", Guard.NONE))
        self.position += 1
        condition = self._until({"then"})
        self._expression(condition)
        words = [token.word for token in condition]
        while words[:1] == ["("]:
            words = words[1:]
        self.frames[-1:] = [_Frame("present" if words[:1] == ["exists"] else "if", _guard_of(words))]

    def _other_branch(self) -> None:
        self.position += 1
        if self.frames:
            # Where IF EXISTS has an ELSE, that is where the thing is missing.
            absent = self.frames[-1].kind == "present"
            self.frames[-1] = _Frame("if", Guard.ABSENT if absent else Guard.OTHER)

    def _opens_handler(self) -> bool:
        return self._peek(1) == "when" and bool(self.frames) and self.frames[-1].kind == "begin"

    def _handler(self) -> None:
        block = self.frames[-1]
        block.handled = Guard.ABSENT
        self.frames[-1:] = [_Frame("handler", Guard.OTHER, handles=block)]
        self.position += 1

    def _loop(self) -> None:
        start, word = self.position, self._peek(0)
        passed = self._until({"loop"})
        if word in {"for", "foreach"}:
            for number, token in enumerate(passed[1:], 2):
                if token.word in {"in", "slice"}:
                    if self.expressions and number < len(passed) and passed[number].word in _COMMANDS:
                        self._query(passed[number:])
                    break
                if token.kind in {"word", "quoted"}:
                    self.variables.add(self._name(token))
        elif word == "while":
            self._expression(passed[1:])
        self.frames.append(_Frame("loop", Guard.OTHER))
        self.position = max(self.position, start + 1)

    def _command(self, first: Token, *, returned: bool = False) -> None:
        passed = self._until({";"})
        if passed:
            self._query([t for t in passed if t.start >= first.start], returned=returned)

    def _query(self, found: list[Token], *, returned: bool = False) -> None:
        start, end = found[0].start, found[-1].end
        text = _without_into(self.body.text[start:end], found, start)
        self._add(_SKIPPED.sub(_QUERY, text, count=1), start, returned=returned)

    def _add(self, text: str, start: int, *, before: int = 0, returned: bool = False) -> None:
        parsed = parse(text)
        if isinstance(parsed, Problem) or len(parsed.stmts) != 1:
            return
        raw = parsed.stmts[0]
        kind = raw.stmt.WhichOneof("node")
        at = self.body.offset(start) - before
        line = self.line_of + self.body.text.count("\n", 0, start)
        statement = Statement(text, at, at + len(text), line, kind, raw=raw)
        self._pend(BodyStatement(statement, self._guard(), frozenset(), returned=returned))

    def _pend(self, inner: BodyStatement) -> None:
        self.pending.append((inner, list(self.frames)))

    def _execute(self, first: Token) -> None:
        passed = self._until({";"})[1:]
        if len(passed) == 1:
            quoted = _QUOTED.match(self.body.text[passed[0].start : passed[0].end])
            if quoted and quoted["body"] is not None:
                self._add(quoted["body"], passed[0].start + len(quoted["tag"]))
                return
            if quoted and "''" not in quoted["plain"]:
                self._add(quoted["plain"], passed[0].start + 1)
                return
        text = self.body.text[first.start : passed[-1].end] if passed else ""
        self._pend(BodyStatement(None, self._guard(), frozenset(), dynamic=text))


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


def _value(found: list[Token]) -> list[Token]:
    """Give the expression of a RETURN or an assignment."""
    if found and found[0].word == "return":
        return [] if found[1:2] and found[1].word == "query" else found[2 if _is_next(found) else 1 :]
    depth = 0
    named = False
    for index, token in enumerate(found):
        depth += (token.word in "([") - (token.word in ")]") if token.kind == "bracket" else 0
        if depth or token.kind == "bracket":
            continue
        if named and token.word in {":=", "="}:
            return found[index + 1 :]
        # A name, and its fields behind dots: no other statement begins like that.
        if (token.kind in {"word", "quoted"}) is named or (named and token.word != "."):
            break
        named = not named
    return []


def _is_label(found: list[Token]) -> bool:
    return len(found) == len(_LABEL) + 1 and (*(t.word for t in (*found[:2], *found[3:])),) == _LABEL


def _is_next(found: list[Token]) -> bool:
    return len(found) > 1 and found[1].word == "next"


def _strongest(guards: set[Guard]) -> Guard:
    return next((each for each in (Guard.OTHER, Guard.ABSENT) if each in guards), Guard.NONE)


def _guard_of(words: list[str]) -> Guard:
    if words[:2] == ["not", "exists"] or words[-2:] == ["is", "null"]:
        return Guard.ABSENT
    return Guard.OTHER


# The replay goes through a block, and so does what is asked of a whole file.
_INNER: WeakKeyDictionary[Statement, tuple[BodyStatement, ...] | None] = WeakKeyDictionary()


def inner_of(block: Statement) -> tuple[BodyStatement, ...] | None:
    """Give what stands in a DO block, in order; None if it is not in PL/pgSQL, or no such block."""
    if block.kind != "do_stmt":
        return None
    if block not in _INNER:
        body = body_of(block)
        known = body is not None and body.language == "plpgsql"
        _INNER[block] = tuple(_inner(block, body)) if body is not None and known else None
    return _INNER[block]


def expressions_of(routine: Statement, body: Body) -> Iterator[BodyStatement]:
    """Yield everything in a PL/pgSQL routine that Postgres will read as SQL, so far as it is static."""
    yield from _inner(routine, body, expressions=True)


def with_inner(outer: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements, and behind each DO block those in it."""
    for statement in outer:
        yield statement
        for inner in inner_of(statement) or ():
            if inner.statement is not None:
                yield inner.statement


def _inner(block: Statement, body: Body, *, expressions: bool = False) -> Iterator[BodyStatement]:
    line = block.line + block.text.count("\n", 0, body.start - block.start)
    yield from _BodyReader(body, list(tokens(body.text)), line, expressions).run()


def _without_into(text: str, found: list[Token], start: int) -> str:
    """Blank out INTO and the variables behind it, which are PL/pgSQL's and not SQL's."""
    depth = 0
    for index, token in enumerate(found):
        depth += (1 if token.word in "([" else -1) if token.kind == "bracket" else 0
        before = found[index - 1].word if index else ""
        if depth or token.word != "into" or token.kind != "word" or before in {"insert", "merge"}:
            continue
        end = _targets_end(found, index + 1)
        if end > index + 1:
            first, last = token.start - start, found[end - 1].end - start
            return text[:first] + re.sub(r"[^\n]", " ", text[first:last]) + text[last:]
    return text


def _targets_end(found: list[Token], index: int) -> int:
    if index < len(found) and found[index].word == "strict":
        index += 1
    while index < len(found) and found[index].kind in {"word", "quoted"}:
        index += 1
        while index + 1 < len(found) and found[index].word in {".", "["}:
            index += 2 if found[index].word == "." else 3
        if index < len(found) and found[index].word == ",":
            index += 1
            continue
        break
    return index
