"""A recursive descent over the tokens of a PL/pgSQL body.

The structure follows pl_gram.y: a keyword starts a statement, and SQL extends to the word that ends it. libpg_query
has a parser of PL/pgSQL, but it gives no offsets, drops parts (`RETURN NEW`), refuses types that only a database
knows, and writes JSON that is not valid for trigger functions. The tests compare both. A body with a syntax error has a
tree as well; the tree may lack the parts after the error.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from typing import ClassVar

import attrs

from schema_dsl.parsing.lexer import NAME_KINDS, Token, read_name
from schema_dsl.parsing.plpgsql_tree import EmbeddedSql, PlpgsqlCode, PlpgsqlNode, SqlParts, SqlRole

_LEVELS = frozenset({"debug", "log", "info", "notice", "warning", "exception"})
_CHANGES = ("insert", "update", "delete", "merge")
# A FOR over a query starts with one of these words; a FOR over a cursor, with the cursor.
_QUERIES = ("(", "select", "with", "values", "table", "show", "explain", "execute", *_CHANGES)
_EXECUTE = {"": SqlRole.DYNAMIC, "into": SqlRole.TARGET, "using": SqlRole.EXPRESSION}
# The roles of the clauses of simple statements, by the word before the clause.
_CLAUSES: dict[str, Mapping[str, SqlRole | None]] = {
    "execute": _EXECUTE,
    "assert": {"": SqlRole.EXPRESSION},
    "exit": {"": None, "when": SqlRole.EXPRESSION},
    "continue": {"": None, "when": SqlRole.EXPRESSION},
    "fetch": {"": None, "into": SqlRole.TARGET},
    **{keyword: {"": None} for keyword in ("move", "close", "null", "commit", "rollback")},
}
_ASSIGN = (":=", "=")
_VISIBLE = re.compile(r"[^\n]")
NO_TOKENS = [Token("", "", 0, 0)] * 16
"""The token after the last one, as often as the parser looks ahead."""


@attrs.define
class PlpgsqlParser:
    """A recursive descent over the tokens of a body.

    Attributes:
        at: The number of the next token.
        counted: The offset up to which `line` counts lines.
    """

    text: str
    tokens: list[Token]
    start: int
    line: int
    at: int = 0
    counted: int = 0

    def parse(self) -> PlpgsqlCode:
        """Parse the options and the block of the body."""
        options = []
        while self._accept("#"):
            options.append((self.word, self._peek(1).word))
            self.at += 2
        # A body nested too deeply for Python has no tree.
        with contextlib.suppress(RecursionError):
            block = self._statement() if self.word else None
            if block is not None and block.keyword == "block":
                return PlpgsqlCode(tuple(block.walk()), tuple(options))
        return PlpgsqlCode((), tuple(options))

    @property
    def word(self) -> str:
        """The next token in lower case; "" at the end."""
        return self.tokens[self.at].word

    def _peek(self, ahead: int) -> Token:
        return self.tokens[self.at + ahead]

    def _accept(self, *words: str) -> bool:
        """Move behind the next token, if it is one of the words."""
        accepted = self.word in words
        self.at += accepted
        return accepted

    def _accept_name(self) -> str:
        self.at += 1
        return read_name(self.text, self._peek(-1))

    def _move_to(self, *ends: str, in_parentheses: bool = False) -> tuple[int, int]:
        """Move to the next of the words outside of brackets; return the numbers of the first token and the end.

        An unmatched bracket and a semicolon also end the search; with `in_parentheses`, parentheses may contain
        semicolons.
        """
        first = at = self.at
        depth = 0
        while True:
            kind, word, _, _ = self.tokens[at]
            if not kind:
                break
            if kind == "bracket":
                depth += 1 if word in "([" else -1
                if depth < 0:
                    break
            elif (word == ";" and not (in_parentheses and depth)) or (word in ends and not depth):
                break
            at += 1
        self.at = at
        return first, at

    def _sql(self, role: SqlRole, *ends: str) -> SqlParts:
        """Return the SQL up to the next of the words or a semicolon; nothing if there is none."""
        return self._embed(role, *self._move_to(*ends))

    def _embed(self, role: SqlRole, first: int, end: int, text: str | None = None) -> SqlParts:
        if first >= end:
            return ()
        start = self.tokens[first].start
        self.line += self.text.count("\n", self.counted, start)
        self.counted = start
        text = self.text[start : self.tokens[end - 1].end] if text is None else text
        return (EmbeddedSql(role, text, self.start + start, self.line),)

    def _clauses(self, roles: Mapping[str, SqlRole | None], *ends: str) -> SqlParts:
        """Return the SQL of clauses with their roles, by the word before the clause; "" is the first clause."""
        sql: SqlParts = ()
        word = ""
        while word in roles:
            first, end = self._move_to(*filter(None, roles), *ends)
            role = roles[word]
            sql += self._embed(role, first, end) if role is not None else ()
            word = self.word or ";"
            self.at += word in roles
            self._accept("strict")
        return sql

    def _query(self, *ends: str) -> SqlParts:
        """Return the SQL of a query, or of EXECUTE and USING."""
        return self._clauses(_EXECUTE if self._accept("execute") else {"": SqlRole.QUERY}, *ends)

    def _values(self, *separators: str) -> SqlParts:
        """Return the expressions of a list, in which a name and a separator may precede each one."""
        sql: SqlParts = ()
        more = True
        while more:
            is_arrow = self._peek(1).word + self._peek(2).word == "=>"
            self.at += 3 if is_arrow else 2 if self._peek(1).word in separators else 0
            sql += self._sql(SqlRole.EXPRESSION, ",")
            more = self._accept(",")
        return sql

    def _branch(
        self, keyword: str, *ends: str, sql: SqlParts = (), names: tuple[str, ...] = ()
    ) -> PlpgsqlNode:
        """Parse statements up to the next of the words, after the keyword before them."""
        self._accept(keyword)
        statements = []
        while self.word not in {"", *ends} and not (
            self.word == "exception" and self._peek(1).word == "when"
        ):
            statements.append(self._statement())
        return PlpgsqlNode(keyword, sql, tuple(statements), names)

    def _branches(self, *words: str) -> tuple[PlpgsqlNode, ...]:
        """Parse the branches of IF or CASE, which start with one of the words, and ELSE."""
        branches = []
        while self._accept(*words):
            condition = self._sql(SqlRole.EXPRESSION, "then")
            branches.append(self._branch("then", *words[-2:], "else", "end", sql=condition))
        if self.word == "else":
            branches.append(self._branch("else", "end"))
        self._accept("end")
        return tuple(branches)

    def _statement(self) -> PlpgsqlNode:
        """Parse the next statement, and move behind its semicolon."""
        start = self._peek(0).start
        label: tuple[str, ...] = ()
        if self.word == self._peek(1).word == "<":
            label = (read_name(self.text, self._peek(2)),)
            self.at += len(("<", "<", "label", ">", ">"))
        keyword = self.word
        if self._is_assignment():
            node = PlpgsqlNode("assign", self._sql(SqlRole.ASSIGNMENT))
        elif keyword in self.PARSERS:
            node = self.PARSERS[keyword](self, keyword)
        else:
            node = PlpgsqlNode("sql", self._sql_statement())
        node.names = label + node.names
        node.start = self.start + start
        node.end = self.start + max(start, self._skip_statement().end)
        return node

    def _skip_statement(self) -> Token:
        """Move behind the semicolon that ends the statement, and return the token before the semicolon."""
        while self.word not in {";", ""}:
            self._move_to()
            self._accept(")", "]")
        last = self.tokens[self.at - 1]
        self._accept(";")
        return last

    def _is_assignment(self) -> bool:
        """Return whether the next tokens are a variable, with its fields and subscripts, and an assignment."""
        ahead = 0
        # An argument without a name is $1.
        while self._peek(ahead).kind in NAME_KINDS or (ahead == 0 and self.word.startswith("$")):
            ahead += 1
            depth = 0
            while (word := self._peek(ahead).word) and (depth or word == "["):
                depth += (word == "[") - (word == "]")
                ahead += 1
            if word != ".":
                return word in _ASSIGN
            ahead += 1
        return False

    def _block(self, _: str) -> PlpgsqlNode:
        parts = []
        if self._accept("declare"):
            while self.word not in {"", "begin"}:
                if not self._accept("declare"):
                    parts += self._declaration()
                    self._skip_statement()
        parts.append(self._branch("begin", "end"))
        if self._accept("exception"):
            while self._accept("when"):
                named = self.tokens[slice(*self._move_to("then"))]
                conditions = tuple(token.word for token in named if token.word != "or")
                self._accept("then")
                parts.append(self._branch("exception", "when", "end", names=conditions))
        self._accept("end")
        return PlpgsqlNode("block", children=tuple(parts))

    def _declaration(self) -> list[PlpgsqlNode]:
        """Return a variable, or a cursor and its arguments."""
        name = self._accept_name()
        self._accept("no")
        self._accept("scroll")
        if self._accept("cursor"):
            arguments = []
            while self._accept("(", ","):
                arguments.append(PlpgsqlNode("declare", (), (), (self._accept_name(),), *self._type(",")))
            self._accept(")")
            self._accept("for", "is")
            return [PlpgsqlNode("declare", self._sql(SqlRole.QUERY), names=(name,)), *arguments]
        if self._accept("alias"):
            return [PlpgsqlNode("declare", names=(name,))]
        self._accept("constant")
        declared_type = self._type("collate", "not", "default", *_ASSIGN)
        self._move_to("default", *_ASSIGN)
        default = self._sql(SqlRole.EXPRESSION) if self._accept("default", *_ASSIGN) else ()
        return [PlpgsqlNode("declare", default, (), (name,), *declared_type)]

    def _type(self, *ends: str) -> tuple[str, int]:
        first, end = self._move_to(*ends)
        start = self.tokens[first].start if first < end else 0
        return (self.text[start : self.tokens[end - 1].end] if first < end else ""), start

    def _if(self, keyword: str) -> PlpgsqlNode:
        return PlpgsqlNode(keyword, children=self._branches("if", "elsif", "elseif"))

    def _case(self, keyword: str) -> PlpgsqlNode:
        self.at += 1
        return PlpgsqlNode(keyword, self._sql(SqlRole.EXPRESSION, "when"), self._branches("when"))

    def _loop(self, keyword: str) -> PlpgsqlNode:
        """Parse LOOP, WHILE, FOR and FOREACH."""
        sql: SqlParts = ()
        names: tuple[str, ...] = ()
        if self._accept("while"):
            sql = self._sql(SqlRole.EXPRESSION, "loop")
        elif self._accept("for", "foreach"):
            first, end = self._move_to("in", *(("slice",) if keyword == "foreach" else ()))
            before = [",", *(token.word for token in self.tokens[first:end])]
            targets = zip(self.tokens[first:end], before, strict=False)
            names = tuple(read_name(self.text, token) for token, comma in targets if comma == ",")
            sql = self._embed(SqlRole.TARGET, first, end)
            self._move_to("in")
            self._accept("in")
            sql += self._sql(SqlRole.EXPRESSION, "loop") if self._accept("array") else self._for_source()
            self._move_to("loop")
        branch = self._branch("loop", "end")
        self._accept("end")
        return PlpgsqlNode(keyword, sql, (branch,), names)

    def _for_source(self) -> SqlParts:
        """Return the SQL of the query, cursor or integers of a FOR."""
        first, end = self._move_to("loop")
        self.at = first
        dots = (at for at in range(first, end - 1) if self.tokens[at].word == self.tokens[at + 1].word == ".")
        range_at = next(dots, None)
        if range_at is not None:
            self._accept("reverse")
            lower = self._embed(SqlRole.EXPRESSION, self.at, range_at)
            self.at = range_at + 2
            return lower + self._clauses({"": SqlRole.EXPRESSION, "by": SqlRole.EXPRESSION}, "loop")
        if self.word in _QUERIES:
            return self._query("loop")
        self.at += 1
        values = self._values(":=") if self._accept("(") else ()
        self._accept(")")
        return values

    def _simple(self, keyword: str) -> PlpgsqlNode:
        self.at += 1
        return PlpgsqlNode(keyword, self._clauses(_CLAUSES[keyword]))

    def _return(self, keyword: str) -> PlpgsqlNode:
        self.at += 1
        if self._accept("query"):
            return PlpgsqlNode("return query", self._query())
        keyword = "return next" if self._accept("next") else keyword
        return PlpgsqlNode(keyword, self._sql(SqlRole.EXPRESSION))

    def _raise(self, keyword: str) -> PlpgsqlNode:
        level = self._peek(1).word if self._peek(1).word in _LEVELS else "exception"
        # The format, or the name of a condition.
        self._move_to(",", "using")
        sql = self._sql(SqlRole.EXPRESSION, "using") if self._accept(",") else ()
        sql += self._values(*_ASSIGN) if self._accept("using") else ()
        return PlpgsqlNode(f"{keyword} {level}", sql)

    def _get_diagnostics(self, keyword: str) -> PlpgsqlNode:
        self._move_to("diagnostics")
        sql: SqlParts = ()
        while self._accept("diagnostics", ","):
            sql += self._sql(SqlRole.TARGET, *_ASSIGN)
            self._move_to(",")
        return PlpgsqlNode(keyword, sql)

    def _open(self, keyword: str) -> PlpgsqlNode:
        self.at += 2
        self._accept("no")
        self._accept("scroll")
        if self._accept("for"):
            return PlpgsqlNode(keyword, self._query())
        return PlpgsqlNode(keyword, self._values(":=") if self._accept("(") else ())

    def _perform(self, keyword: str) -> PlpgsqlNode:
        first, end = self._move_to(in_parentheses=True)
        # SELECT and a blank are as long as PERFORM.
        text = f"SELECT {self.text[self.tokens[first].end : self.tokens[end - 1].end]}"
        return PlpgsqlNode(keyword, self._embed(SqlRole.STATEMENT, first, end, text))

    def _sql_statement(self) -> SqlParts:
        """Return a statement of SQL without INTO, and the targets of INTO."""
        first, end = self._move_to(in_parentheses=True)
        words = [token.word for token in self.tokens[first:end]]
        if words[:1] == ["create"] and not {"function", "procedure"}.isdisjoint(words[:4]):
            end = self._move_behind_atomic(first)
        before = ["", *words]
        places = (
            at for at, word in enumerate(words) if word == "into" and before[at] not in {"insert", "merge"}
        )
        into = next(places, None) if words[:1] != ["import"] else None
        if into is None:
            return self._embed(SqlRole.STATEMENT, first, end)
        target = at = first + into + 1 + (words[into + 1 : into + 2] == ["strict"])
        while at < end and (
            self.tokens[at - 1].word in {".", ","} or self.tokens[at].word in {".", ","} or at == target
        ):
            at += 1
        removed, resumed = self.tokens[first + into].start, self.tokens[at - 1].end
        blanks = _VISIBLE.sub(" ", self.text[removed:resumed])
        text = self.text[self.tokens[first].start : removed] + blanks
        text += self.text[resumed : self.tokens[end - 1].end]
        return self._embed(SqlRole.STATEMENT, first, end, text) + self._embed(SqlRole.TARGET, target, at)

    def _move_behind_atomic(self, first: int) -> int:
        """Move behind the semicolons of BEGIN ATOMIC ... END, by the rules of PL/pgSQL."""
        while self.word == ";":
            words = [token.word for token in self.tokens[first : self.at] if token.kind == "word"]
            if words.count("begin") + words.count("case") <= words.count("end"):
                break
            self.at += 1
            self._move_to(in_parentheses=True)
        return self.at

    PARSERS: ClassVar[dict[str, Callable[[PlpgsqlParser, str], PlpgsqlNode]]] = {
        **dict.fromkeys(("declare", "begin"), _block),
        "if": _if,
        "case": _case,
        **dict.fromkeys(("loop", "while", "for", "foreach"), _loop),
        "return": _return,
        "raise": _raise,
        "get": _get_diagnostics,
        "open": _open,
        "perform": _perform,
        **dict.fromkeys(_CLAUSES, _simple),
    }
