"""Parse PL/pgSQL into a tree, with the SQL in it as parse trees of the grammar of Postgres.

The structure follows pl_gram.y: a keyword starts a statement, and SQL extends to the word that ends it. libpg_query
has a parser of PL/pgSQL, but it gives no offsets, drops parts (`RETURN NEW`), refuses types that only a database
knows, and writes JSON that is not valid for trigger functions. The tests compare both. A body with a syntax error has a
tree as well; the tree may lack the parts after the error.
"""

from __future__ import annotations

import contextlib
import enum
import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, TypeAlias

import attrs

from schema_dsl.parsing.grammar import ParseMode, Problem, parse
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.statements import Statement, split_part


class SqlRole(enum.Enum):
    """What PL/pgSQL does with SQL.

    Attributes:
        STATEMENT: Execute a statement, also as PERFORM.
        QUERY: Read the rows of a query: FOR, RETURN QUERY, a cursor.
        EXPRESSION: Evaluate an expression, or a list of expressions.
        ASSIGNMENT: Assign a value to a variable.
        TARGET: Assign to a list of variables: INTO, FOR, GET DIAGNOSTICS.
        DYNAMIC: Evaluate an expression, and execute the result: EXECUTE.
    """

    STATEMENT = ParseMode.STATEMENTS, "statement"
    QUERY = ParseMode.STATEMENTS, "query"
    EXPRESSION = ParseMode.EXPRESSION, "expression"
    ASSIGNMENT = ParseMode.ASSIGNMENT, "assignment"
    TARGET = ParseMode.EXPRESSION, "target"
    DYNAMIC = ParseMode.EXPRESSION, "dynamic"


@attrs.define(eq=False, slots=False)
class EmbeddedSql:
    """SQL in a body, parsed on first use.

    Attributes:
        text: The text, with blanks for INTO and its targets, and SELECT for PERFORM.
        start: The offset in the file.
        line: The line in the file.
    """

    role: SqlRole
    text: str
    start: int
    line: int

    @property
    def end(self) -> int:
        """The offset of the end in the file."""
        return self.start + len(self.text)

    @functools.cached_property
    def statement(self) -> Statement:
        """The SQL as a statement: a SelectStmt for expressions and targets, a PLAssignStmt for an assignment."""
        statement = Statement(self.text, self.start, self.end, self.line)
        parsed = parse(self.text, self.role.value[0])
        if isinstance(parsed, Problem):
            offset = len(self.text) if parsed.offset is None else min(parsed.offset, len(self.text))
            statement.problem = attrs.evolve(parsed, offset=self.start + offset)
        elif len(parsed.stmts) == 1:
            raw = parsed.stmts[0]
            kind = raw.stmt.WhichOneof("node")
            return Statement(self.text, self.start, self.end, self.line, kind, raw=raw)
        return statement


_SqlParts: TypeAlias = tuple[EmbeddedSql, ...]


@attrs.define(eq=False)
class PlpgsqlNode:
    """A statement of PL/pgSQL, a branch of a statement, or a declaration.

    Attributes:
        keyword: Of a statement: block, if, case, loop, while, for, foreach, return, return next, return query,
            raise exception, raise notice, execute, ...; sql for a statement of SQL, assign for an assignment. Of a
            branch: begin, then, else, loop; exception for a handler. Of a declaration: declare.
        sql: The SQL of the node itself, in order: the condition of a branch, the default of a variable.
        children: The declarations and branches of a statement, or the statements of a branch.
        names: The label, the variables of FOR, the declared variable, or the conditions of a handler.
        type: The type of a declared variable.
        type_start: The offset of the type in the body.
        start: The offset of a statement in the file.
        end: The offset of the end of a statement, before the semicolon.
    """

    keyword: str
    sql: _SqlParts = ()
    children: tuple[PlpgsqlNode, ...] = ()
    names: tuple[str, ...] = ()
    type: str = ""
    type_start: int = 0
    start: int = 0
    end: int = 0

    def walk(self) -> Iterator[PlpgsqlNode]:
        """Yield the node and all nodes inside, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@attrs.frozen(eq=False)
class PlpgsqlCode:
    """The parse tree of a PL/pgSQL body.

    Attributes:
        nodes: The outermost block, and all nodes inside, in order; none if there is no block.
        options: The options before the block, such as ("variable_conflict", "use_column").
        is_sql: Whether the block contains only definitions, which parse as SQL. PL/pgSQL reads them with the grammar of
            SQL, and gives a meaning of its own only to INTO.
    """

    nodes: tuple[PlpgsqlNode, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    is_sql: bool = False


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
# The token after the last one, as often as the parser looks ahead.
_END = [Token("", "", 0, 0)] * 16


# A block of definitions alone: no declarations, no statements of PL/pgSQL, no handlers.
_DEFINITIONS = re.compile(
    r"\s*(?P<begin>BEGIN)\s(?P<sql>\s*(?:ALTER|COMMENT|CREATE|DROP|GRANT|REVOKE)\s.*;)\s*END\s*;?\s*",
    re.IGNORECASE | re.DOTALL,
)
_DEFINING = frozenset(
    {
        "alter_table_stmt",
        "comment_stmt",
        "create_policy_stmt",
        "create_stmt",
        "create_trig_stmt",
        "drop_stmt",
        "grant_stmt",
        "index_stmt",
    }
)


def parse_plpgsql(text: str, start: int = 0, line: int = 1) -> PlpgsqlCode:
    """Parse a PL/pgSQL body which starts at an offset and a line of a file."""
    nodes = _parse_definitions(text, start, line)
    if nodes:
        return PlpgsqlCode(nodes, is_sql="into" not in text.lower())
    return _Parser(text, [*tokens(text), *_END], start, line).parse()


def _parse_definitions(text: str, start: int, line: int) -> tuple[PlpgsqlNode, ...]:
    """Parse a block of definitions as a script of SQL, which takes less time; nothing if it is none."""
    match = _DEFINITIONS.fullmatch(text)
    if match is None:
        return ()
    within = match.start("sql")
    parsed = [*split_part(match["sql"], start + within, line + text.count("\n", 0, within))]
    if not all(statement.kind in _DEFINING for statement in parsed):
        return ()
    statements = []
    for statement in parsed:
        statement.before = ""
        sql = EmbeddedSql(SqlRole.STATEMENT, statement.text, statement.start, statement.line)
        # The value of the cached property.
        vars(sql)["statement"] = statement
        statements.append(PlpgsqlNode("sql", (sql,), start=statement.start, end=statement.end))
    begin = PlpgsqlNode("begin", children=tuple(statements))
    end = start + len(text.rstrip().removesuffix(";").rstrip())
    block = PlpgsqlNode("block", children=(begin,), start=start + match.start("begin"), end=end)
    return tuple(block.walk())


def find_qualifiers(text: str) -> frozenset[str]:
    """Return the names before a dot, in lower case: only a composite variable has fields."""
    found = [*tokens(text), *_END]
    names = set()
    for at, token in enumerate(found):
        # The tokens at the end stand for those before the first one.
        before, name, field = found[at - 2], found[at - 1], found[(at + 1) % len(found)]
        if token.word == "." and before.word != "." and _is_name(name) and _is_name(field):
            names.add(_unquote(text, name).lower())
    return frozenset(names)


@attrs.define
class _Parser:
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

    def _name(self, token: Token) -> str:
        return _unquote(self.text, token)

    def _accept(self, *words: str) -> bool:
        """Move behind the next token, if it is one of the words."""
        accepted = self.word in words
        self.at += accepted
        return accepted

    def _accept_name(self) -> str:
        self.at += 1
        return self._name(self._peek(-1))

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

    def _sql(self, role: SqlRole, *ends: str) -> _SqlParts:
        """Return the SQL up to the next of the words or a semicolon; nothing if there is none."""
        return self._embed(role, *self._move_to(*ends))

    def _embed(self, role: SqlRole, first: int, end: int, text: str | None = None) -> _SqlParts:
        if first >= end:
            return ()
        start = self.tokens[first].start
        self.line += self.text.count("\n", self.counted, start)
        self.counted = start
        text = self.text[start : self.tokens[end - 1].end] if text is None else text
        return (EmbeddedSql(role, text, self.start + start, self.line),)

    def _clauses(self, roles: Mapping[str, SqlRole | None], *ends: str) -> _SqlParts:
        """Return the SQL of clauses with their roles, by the word before the clause; "" is the first clause."""
        sql: _SqlParts = ()
        word = ""
        while word in roles:
            first, end = self._move_to(*filter(None, roles), *ends)
            role = roles[word]
            sql += self._embed(role, first, end) if role is not None else ()
            word = self.word or ";"
            self.at += word in roles
            self._accept("strict")
        return sql

    def _query(self, *ends: str) -> _SqlParts:
        """Return the SQL of a query, or of EXECUTE and USING."""
        return self._clauses(_EXECUTE if self._accept("execute") else {"": SqlRole.QUERY}, *ends)

    def _values(self, *separators: str) -> _SqlParts:
        """Return the expressions of a list, in which a name and a separator may precede each one."""
        sql: _SqlParts = ()
        more = True
        while more:
            self.at += 2 if self._peek(1).word in separators else 0
            sql += self._sql(SqlRole.EXPRESSION, ",")
            more = self._accept(",")
        return sql

    def _branch(
        self, keyword: str, *ends: str, sql: _SqlParts = (), names: tuple[str, ...] = ()
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
            label = (self._name(self._peek(2)),)
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
        while _is_name(self._peek(ahead)):
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
        sql: _SqlParts = ()
        names: tuple[str, ...] = ()
        if self._accept("while"):
            sql = self._sql(SqlRole.EXPRESSION, "loop")
        elif self._accept("for", "foreach"):
            first, end = self._move_to("in", *(("slice",) if keyword == "foreach" else ()))
            before = [",", *(token.word for token in self.tokens[first:end])]
            targets = zip(self.tokens[first:end], before, strict=False)
            names = tuple(self._name(token) for token, comma in targets if comma == ",")
            sql = self._embed(SqlRole.TARGET, first, end)
            self._move_to("in")
            self._accept("in")
            sql += self._sql(SqlRole.EXPRESSION, "loop") if self._accept("array") else self._for_source()
            self._move_to("loop")
        branch = self._branch("loop", "end")
        self._accept("end")
        return PlpgsqlNode(keyword, sql, (branch,), names)

    def _for_source(self) -> _SqlParts:
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
        sql: _SqlParts = ()
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

    def _sql_statement(self) -> _SqlParts:
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

    PARSERS: ClassVar[dict[str, Callable[[_Parser, str], PlpgsqlNode]]] = {
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


def _unquote(text: str, token: Token) -> str:
    """Return the name that a token means."""
    return text[token.start + 1 : token.end - 1].replace('""', '"') if token.kind == "quoted" else token.word


def _is_name(token: Token) -> bool:
    return token.kind in {"word", "quoted"}
