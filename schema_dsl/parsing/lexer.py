"""Split a script into statements with a lexer, like psql, without the grammar.

This is used if the grammar refuses a file, so that one bad statement does not hide the others. Text that only
psql understands (meta-commands, COPY data, variables) is replaced by the same number of blanks, so that offsets
stay valid.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

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
# The grammar accepts STDIN and STDOUT in both directions.
_FROM_STDIN = re.compile(r"\bfrom\s+(?:stdin|stdout|pstdin)\b", re.IGNORECASE)
# psql reads the rows of pstdin from its own standard input, and not from the script.
_COPY_INLINE = re.compile(r"\bfrom\s+(?:stdin|stdout)\b", re.IGNORECASE)
_COPY_DATA = re.compile(
    r"[^\n]*\n(?P<rows>(?:(?!\\\.\r?$)[^\n]*\n)*?)(?:\\\.\r?$|(?P<last>[^\n]*)\Z)|[^\n]*\Z", re.MULTILINE
)
# The line after this one starts a statement, even inside an open quote.
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
    """The span of a statement: from the end of the previous statement to the semicolon or the end of the text."""

    start: int
    end: int


@attrs.frozen
class SplitScript:
    """A script, split into statements.

    Attributes:
        sql: The text, of the same length as the script, with blanks for the text that only psql understands.
        segments: The spans of the statements.
        unended: The offset of a quote, comment or body that is never closed; None if there is none.
        placeholders: The offsets of psql variables.
        line_comments: The start and end of the comments that begin with `--`.
        literals: The start and end of strings, dollar-quoted bodies, block comments and COPY data.
        meta_commands: The offsets and names of psql's meta-commands.
    """

    sql: str
    segments: tuple[StatementSpan, ...]
    unended: int | None
    placeholders: frozenset[int]
    line_comments: tuple[tuple[int, int], ...]
    literals: tuple[tuple[int, int], ...]
    meta_commands: tuple[tuple[int, str], ...]


def find_statement_end(text: str, start: int, end: int) -> int | None:
    """Find the end of a statement that is followed by a line with a new statement; None if there is none."""
    match = _FRESH_START.search(text, start, end)
    return match.start() + 1 if match else None


def split_by_lexer(text: str, start: int = 0, *, section_mark: re.Pattern[str] | None = None) -> SplitScript:
    """Split `text`, beginning at `start`.

    Args:
        text: The script.
        start: The offset to begin at.
        section_mark: Pattern of `--` comments that end a statement like a semicolon does.
    """
    return _ScriptSplitter(text, start, section_mark).run()


def read_copy_data(text: str, semicolon: int) -> str:
    """Return the rows that follow COPY ... FROM STDIN in a script, up to the line with a backslash and a dot.

    Args:
        text: The script.
        semicolon: The offset of the semicolon of the statement.
    """
    data = _COPY_DATA.match(text, semicolon + 1)
    return (data["rows"] or "") + (data["last"] or "") if data else ""


@attrs.define
class _ScriptSplitter:
    text: str
    start: int
    section_mark: re.Pattern[str] | None = None
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
    line_comments: list[tuple[int, int]] = attrs.field(factory=list)
    literals: list[tuple[int, int]] = attrs.field(factory=list)
    meta_commands: list[tuple[int, str]] = attrs.field(factory=list)

    def run(self) -> SplitScript:
        segments = tuple(self._segments())
        return SplitScript(
            self._blanked(),
            segments,
            self.unended,
            frozenset(self.placeholders),
            tuple(self.line_comments),
            tuple(self.literals),
            tuple(self.meta_commands),
        )

    def _segments(self) -> Iterator[StatementSpan]:
        begun = self.position = self.start
        while token := _TOKEN.search(self.text, self.position):
            self.position = token.end()
            kind = token.lastgroup or ""
            if kind in {"line_comment", "block_comment"}:
                self._comment(token)
                if self.section_mark is not None and self.section_mark.match(token.group()):
                    yield StatementSpan(begun, token.start())
                    begun = token.start()
                    self._end_statement()
                continue
            if kind == "semicolon" and not self.body_depth and not (self.parens and self._is(_RULE)):
                end = token.start()
                self._copy_data(begun, end)
                yield StatementSpan(begun, end)
                begun = token.end() if self.position == token.end() else self.position
                self._end_statement()
            elif kind == "meta":
                ends = self._meta(token.start())
                if ends is not None:
                    yield StatementSpan(begun, ends)
                    begun = self.position
                    self._end_statement()
            else:
                self._inside(kind, token)
            self.last = (kind, token.group().lower())
        if self.body_depth and self.unended is None:
            self.unended = self.body_start
        yield StatementSpan(begun, len(self.text))

    def _end_statement(self) -> None:
        self.first_words, self.parens, self.brackets, self.body_depth = "", 0, [], 0

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
        elif kind == "string":
            self.literals.append(token.span())
        elif kind == "variable":
            self._variable(token)

    def _close(self, start: int, end: int) -> None:
        if end < 0:
            self.unended = start
        self.position = len(self.text) if end < 0 else end
        self.literals.append((start, self.position))

    def _is(self, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self.first_words) is not None

    def _word(self, word: str, start: int) -> None:
        if len(self.first_words) < len("create or replace procedure "):
            self.first_words += word + " "
        # SQL-standard bodies, by the rules of psql: BEGIN [ATOMIC] ... CASE ... END ... END.
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
            # In a subscript, a colon separates the bounds of a slice.
            self.brackets.append(self.last[0] in {"word", "quoted", "bracket"} and self.last[1] != "array")
        elif self.brackets:
            self.brackets.pop()

    def _comment(self, token: re.Match[str]) -> None:
        if token.lastgroup == "line_comment":
            self.line_comments.append(token.span())
            return
        self._close(token.start(), find_comment_end(self.text, token.start()) or -1)

    def _variable(self, token: re.Match[str]) -> None:
        name = token.group()
        if self.brackets and self.brackets[-1] and name[1] not in "'\"{":
            # In a slice, `a[1:n]`, the name after the colon is a column and not a psql variable.
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
        """Blank a meta-command; return the end of the statement before it if the command executes the statement."""
        match = _META.match(self.text, start)
        assert match is not None  # noqa: S101 - the pattern matches any backslash
        name = match["name"] or ""
        end = match.end()
        if match["separator"]:
            self.blanks.append((start, end, " ;"))
            self.position = end
            return start
        self.meta_commands.append((start, name))
        another = -1 if name in {"!", "copy"} else self.text.find("\\\\", match.end("name"), end)
        if another >= 0:
            end = another + 2
        self.blanks.append((start, end, " " * (end - start)))
        self.position = end
        if name == "copy" and _COPY_INLINE.search(match["rest"]):
            self._rows(end)
        sends = name.startswith(("g", "crosstabview", "watch", "bind", "parse"))
        return start if sends else None

    def _copy_data(self, begun: int, end: int) -> None:
        if not self.first_words.startswith("copy ") or not _FROM_STDIN.search(self.text, begun, end):
            return
        self._rows(end + 1)

    def _rows(self, start: int) -> None:
        """Blank the rest of a line, and the rows after it."""
        data = _COPY_DATA.match(self.text, start)
        if data:
            self.blanks.append((*data.span(), re.sub(r"[^\n]", " ", data.group())))
            self.literals.append(data.span())
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
# The names of the groups, by their numbers: a number is looked up faster than a name.
_KINDS: Final = ("", *_PIECE.groupindex)
# Tokens that end elsewhere than their match of the pattern.
_LONGER = frozenset({"line_comment", "block_comment", "dollar", "unended", "variable"})


class Token(NamedTuple):
    """A token of SQL, neither white space nor a comment.

    Attributes:
        kind: The name of the group in the token pattern, such as "word" or "string".
        word: The text of the token in lower case.
        start: The offset of the token.
        end: The offset of the end of the token.
    """

    kind: str
    word: str
    start: int
    end: int


def tokens(text: str, start: int = 0) -> Iterator[Token]:
    """Yield the tokens of `text`, beginning at `start`. An unended token extends to the end of the text."""
    position: int | None = start
    while position is not None:
        found, position = _PIECE.finditer(text, position), None
        for match in found:
            number = match.lastindex or 0
            kind = _KINDS[number]
            first, end = match.span(number)
            if kind in _LONGER:
                if kind == "line_comment":
                    continue
                if kind == "block_comment":
                    position = find_comment_end(text, first) or len(text)
                    break
                if kind == "dollar":
                    close = text.find(match[kind], end)
                    position = end = len(text) if close < 0 else close + len(match[kind])
                elif kind == "unended":
                    position = end = len(text)
                elif kind == "variable":
                    # This is SQL and not a script of psql: a colon, and then another token.
                    kind, position = "other", first + 1
                    end = position
            # Token() is a function of Python, and takes as long as the match of the pattern.
            yield tuple.__new__(Token, (kind, text[first:end].lower(), first, end))
            if position is not None:
                break


NAME_KINDS: Final = frozenset({"word", "quoted"})


def read_name(text: str, token: Token) -> str:
    """Return the name that a token of a text means: without quotes, or in lower case."""
    return text[token.start + 1 : token.end - 1].replace('""', '"') if token.kind == "quoted" else token.word


def has_closed_comments(text: str) -> bool:
    """Return whether a text may have comments, and every block comment is closed."""
    if "/*" not in text:
        return "--" in text
    end = 0
    for token in tokens(text):
        end = token.end
    while (match := _TO_BLOCK.match(text, end)) and match[1]:
        closed = find_comment_end(text, match.start(1))
        if closed is None:
            return False
        end = closed
    return True


def blank_comments(text: str) -> str:
    """Replace every comment of a text by as many blanks as the comment has bytes."""
    pieces: list[str] = []
    end = 0
    for token in tokens(text):
        pieces += [_blank(text[end : token.start]), text[token.start : token.end]]
        end = token.end
    return "".join([*pieces, _blank(text[end:])])


def _blank(gap: str) -> str:
    return _SOLID.sub(lambda match: " " * len(match[0].encode()), gap)


def find_comment_end(text: str, start: int, end: int | None = None) -> int | None:
    """Return the end of the block comment at `start`, which may be nested; None if it is never closed."""
    depth = 0
    for edge in _BLOCK_EDGE.finditer(text, start, len(text) if end is None else end):
        depth += 1 if edge.group() == "/*" else -1
        if not depth:
            return edge.end()
    return None
