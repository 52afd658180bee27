"""Cut a script into statements without understanding it, the way psql does.

Used where the grammar refuses a file as a whole: one bad statement must not hide the rest. What is not SQL
in a file meant for psql (meta-commands, COPY data, variables) is blanked out, character for character, so
that every offset stays true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import attrs

_TOKEN = re.compile(
    r"""
    (?P<line_comment>--[^\n]*)
    |(?P<block_comment>/\*)
    |(?P<string>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<dollar>\$(?:[^\W\d]\w*)?\$)
    |(?P<unended>['"])
    |(?P<word>[^\W\d][\w$]*)
    |(?P<number>\d\w*|\$\d+)
    |(?P<colons>::|:=)
    |(?P<variable>:(?:'\w+'|"\w+"|[^\W\d]\w*|\{\?\w+\}))
    |(?P<meta>\\)
    |(?P<semicolon>;)
    |(?P<bracket>[()\[\]])
    """,
    re.VERBOSE | re.DOTALL,
)
_TO_BLOCK = re.compile(r"(?:\s|--[^\n]*)*(/\*)?")
_SOLID = re.compile(r"\S+")
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_META = re.compile(r"\\(?:(?P<separator>;)|(?P<name>[^\s\\]*)(?P<rest>[^\n]*))")
# The grammar takes either word for either direction.
_FROM_STDIN = re.compile(r"\bfrom\s+(?:stdin|stdout|pstdin)\b", re.IGNORECASE)
_COPY_DATA = re.compile(r"[^\n]*\n(?:(?!\\\.\r?$)[^\n]*\n)*?(?:\\\.\r?$|\Z)|[^\n]*\Z", re.MULTILINE)
# A line that starts so starts a statement, whatever the quotes before it say.
_FRESH_START = re.compile(
    r";[^\S\n]*(?:--[^\n]*)?\n(?=(?:\s|--[^\n]*\n|/\*.*?\*/)*"
    r"(?:alter|analyze|begin|call|comment|commit|copy|create|delete|do|drop|grant|insert|reset|revoke|select|"
    r"set|truncate|update|with)\b)",
    re.IGNORECASE | re.DOTALL,
)
_ROUTINE = re.compile(r"create (?:or replace )?(?:function|procedure) ?")
_RULE = re.compile(r"create (?:or replace )?rule ?")


@attrs.frozen
class StatementSpan:
    """A statement's place: from the end of the one before up to its semicolon or the end of the text."""

    start: int
    end: int


@attrs.frozen
class SplitScript:
    """A script in pieces. `sql` is as long as the text it was cut from, with what is psql's blanked out.

    `unended` is where a quote, comment or body opened that never closed, or None. `placeholders` are the
    offsets at which psql would put a variable's value.
    """

    sql: str
    segments: tuple[StatementSpan, ...]
    unended: int | None
    placeholders: frozenset[int]


def fresh_start(text: str, start: int, end: int) -> int | None:
    """Find the end of a line behind which a new statement surely starts; None if there is none."""
    found = _FRESH_START.search(text, start, end)
    return found.start() + 1 if found else None


def cut(text: str, start: int = 0) -> SplitScript:
    """Cut `text` from `start` on."""
    return _Cutter(text, start).run()


@attrs.define
class _Cutter:
    text: str
    start: int
    position: int = 0
    first_words: str = ""
    parens: int = 0
    brackets: list[bool] = attrs.field(factory=list)
    body_depth: int = 0
    body_start: int = 0
    unended: int | None = None
    last: tuple[str, str] = ("", "")
    blanks: list[tuple[int, int, str]] = attrs.field(factory=list)
    placeholders: set[int] = attrs.field(factory=set)

    def run(self) -> SplitScript:
        segments = tuple(self._segments())
        return SplitScript(self._blanked(), segments, self.unended, frozenset(self.placeholders))

    def _segments(self) -> Iterator[StatementSpan]:
        begun = self.position = self.start
        while token := _TOKEN.search(self.text, self.position):
            self.position = token.end()
            kind = token.lastgroup or ""
            if kind in {"line_comment", "block_comment"}:
                self._comment(token)
                continue
            if kind == "semicolon" and not self.body_depth and not (self.parens and self._is(_RULE)):
                end = token.start()
                self._copy_data(begun, end)
                yield StatementSpan(begun, end)
                begun = token.end() if self.position == token.end() else self.position
                self.first_words, self.parens, self.brackets = "", 0, []
            elif kind == "meta":
                ends = self._meta(token.start())
                if ends is not None:
                    yield StatementSpan(begun, ends)
                    begun = self.position
                    self.first_words, self.parens, self.brackets = "", 0, []
            else:
                self._inside(kind, token)
            self.last = (kind, token.group().lower())
        if self.body_depth and self.unended is None:
            self.unended = self.body_start
        yield StatementSpan(begun, len(self.text))

    def _inside(self, kind: str, token: re.Match[str]) -> None:
        if kind == "word":
            self._word(token.group().lower(), token.start())
        elif kind == "bracket":
            self._bracket(token.group())
        elif kind == "dollar":
            close = self.text.find(token.group(), token.end())
            self._close(token.start(), -1 if close < 0 else close + len(token.group()))
        elif kind == "unended":
            self._close(token.start(), -1)
        elif kind == "variable":
            self._variable(token)

    def _close(self, start: int, end: int) -> None:
        if end < 0:
            self.unended = start
        self.position = len(self.text) if end < 0 else end

    def _is(self, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self.first_words) is not None

    def _word(self, word: str, start: int) -> None:
        if len(self.first_words) < len("create or replace procedure "):
            self.first_words += word + " "
        # SQL-standard bodies, as psql follows them: BEGIN [ATOMIC] ... CASE ... END ... END.
        if word == "begin" and not self.parens and self._is(_ROUTINE):
            self.body_start = start if not self.body_depth else self.body_start
            self.body_depth += 1
        elif word == "case" and self.body_depth:
            self.body_depth += 1
        elif word == "end" and self.body_depth:
            self.body_depth -= 1

    def _bracket(self, bracket: str) -> None:
        if bracket == "(":
            self.parens += 1
        elif bracket == ")":
            self.parens = max(0, self.parens - 1)
        elif bracket == "[":
            # Whether the brackets are a subscript, in which a colon makes a slice.
            self.brackets.append(self.last[0] in {"word", "quoted", "bracket"} and self.last[1] != "array")
        elif self.brackets:
            self.brackets.pop()

    def _comment(self, token: re.Match[str]) -> None:
        if token.lastgroup == "line_comment":
            return
        self._close(token.start(), block_end(self.text, token.start()) or -1)

    def _variable(self, token: re.Match[str]) -> None:
        name = token.group()
        if self.brackets and self.brackets[-1] and name[1] not in "'\"{":
            # A slice, `a[1:n]`: the name is a name.
            self.position = token.start() + 1
            return
        if name[1] == "{":
            name = "true".ljust(len(name))
        elif name[1] in "'\"":
            name = " " + name[1:]
        else:
            name = "_" + name[1:]
        self.placeholders.add(token.start())
        self.blanks.append((token.start(), token.end(), name))

    def _meta(self, start: int) -> int | None:
        """Blank a meta-command; give where the statement before ends if the command sends it."""
        found = _META.match(self.text, start)
        assert found is not None  # noqa: S101 - the pattern takes any backslash
        name = found["name"] or ""
        end = found.end()
        if found["separator"]:
            self.blanks.append((start, end, " ;"))
            self.position = end
            return start
        another = -1 if name in {"!", "copy"} else self.text.find("\\\\", found.end("name"), end)
        if another >= 0:
            end = another + 2
        self.blanks.append((start, end, " " * (end - start)))
        self.position = end
        sends = name.startswith(("g", "crosstabview", "watch", "bind", "parse"))
        return start if sends else None

    def _copy_data(self, begun: int, end: int) -> None:
        if not self.first_words.startswith("copy ") or not _FROM_STDIN.search(self.text, begun, end):
            return
        data = _COPY_DATA.match(self.text, end + 1)
        if data:
            rows = self.text[data.start() : data.end()]
            self.blanks.append((data.start(), data.end(), re.sub(r"[^\n]", " ", rows)))
            self.position = data.end()

    def _blanked(self) -> str:
        pieces = [" " * self.start if self.start else ""]
        done = self.start
        for start, end, instead in self.blanks:
            pieces += [self.text[done:start], instead]
            done = end
        pieces.append(self.text[done:])
        return "".join(pieces)


_PIECE = re.compile(rf"\s*(?:{_TOKEN.pattern}|(?P<other>\S))", re.VERBOSE | re.DOTALL)
# What ends elsewhere than where it was found to.
_LONGER = frozenset({"line_comment", "block_comment", "dollar", "unended", "variable"})


class Token(NamedTuple):
    """A piece of SQL that means something: not white space, not a comment. `word` is it in lower case."""

    kind: str
    word: str
    start: int
    end: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of `text` from `start` on; what is unended runs to the end of the text."""
    position = start
    while found := _PIECE.match(text, position):
        kind = found.lastgroup or ""
        first, position = found.span(kind)
        if kind in _LONGER:
            if kind == "line_comment":
                continue
            if kind == "block_comment":
                position = block_end(text, first) or len(text)
                continue
            if kind == "dollar":
                close = text.find(found[kind], position)
                position = len(text) if close < 0 else close + len(found[kind])
            elif kind == "unended":
                position = len(text)
            elif kind == "variable":
                # Not for psql here: a colon, then whatever it is.
                kind, position = "other", first + 1
        yield Token(kind, text[first:position].lower(), first, position)


def has_closed_comments(text: str) -> bool:
    """Say whether a text may have comments, and none that never closes."""
    if "/*" not in text:
        return "--" in text
    end = 0
    for token in tokens(text):
        end = token.end
    while (found := _TO_BLOCK.match(text, end)) and found[1]:
        closed = block_end(text, found.start(1))
        if closed is None:
            return False
        end = closed
    return True


def without_comments(text: str) -> str:
    """Give a text with blanks in the place of its comments, as many as they have bytes."""
    pieces: list[str] = []
    end = 0
    for token in tokens(text):
        pieces += [_blanks(text[end : token.start]), text[token.start : token.end]]
        end = token.end
    return "".join([*pieces, _blanks(text[end:])])


def _blanks(gap: str) -> str:
    return _SOLID.sub(lambda found: " " * len(found[0].encode()), gap)


def block_end(text: str, start: int, end: int | None = None) -> int | None:
    """Find the end of the block comment that opens at `start`; they nest. None if it never closes."""
    depth = 0
    for edge in _BLOCK_EDGE.finditer(text, start, len(text) if end is None else end):
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return edge.end()
    return None
