"""Call sqlglot in its Postgres dialect. Only this module of the package calls its tokenizer and its parser."""

from __future__ import annotations

import contextlib
import logging
import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import attrs
from sqlglot import Dialect, Token, TokenType, exp
from sqlglot.errors import ParseError, SqlglotError

# A node of a tree of sqlglot. Its arguments have no static types.
SqlglotNode: TypeAlias = Any

_DIALECT: Final = Dialect.get_or_raise("postgres")
# Both are reused, because their constructors take longer than a short statement.
_TOKENIZER: Final = _DIALECT.tokenizer()
_PARSER: Final = _DIALECT.parser()
_LOGGER: Final = logging.getLogger("sqlglot")
# Words that the tokenizer or the parser may treat unlike a name.
_KEYWORDS: Final = frozenset(
    {
        *_TOKENIZER.KEYWORDS,
        *_PARSER.CONSTRAINT_PARSERS,
        *_PARSER.NO_PAREN_FUNCTION_PARSERS,
        *_PARSER.FUNCTIONS,
        *_PARSER.FUNCTION_PARSERS,
    }
)
_SHOWN: Final = 20
_CLASS: Final = re.compile(r"<class '[\w.]*?(\w+)'>")


class MisreadError(Exception):
    """sqlglot reads something else than the SQL says, such as a clause where a name is."""


@attrs.frozen
class Unparsed:
    """A text that sqlglot cannot parse.

    Attributes:
        message: The message of sqlglot.
        offset: The offset of the token at which sqlglot fails, in the text.
    """

    message: str
    offset: int = 0


def parse_statement(text: str) -> SqlglotNode | Unparsed:
    """Parse one statement.

    sqlglot returns a statement that it does not model as a Command with its text. A Command is no parse tree, so the
    result is Unparsed.
    """
    tree = _call(lambda: _PARSER.parse(_TOKENIZER.tokenize(text), text), text)
    return Unparsed("sqlglot does not model this form of the statement") if _is_command(tree) else tree


def parse_condition(text: str) -> SqlglotNode | Unparsed:
    """Parse one condition, such as that of a policy."""
    # Without the parentheses, a first word such as "lock" begins a Command.
    wrapped = f"({text})"
    tree = _call(lambda: _PARSER.parse_into(exp.Condition, _TOKENIZER.tokenize(wrapped), wrapped), wrapped)
    return attrs.evolve(tree, offset=max(0, tree.offset - 1)) if isinstance(tree, Unparsed) else tree


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a text; none if the tokenizer of sqlglot fails."""
    try:
        return list(_TOKENIZER.tokenize(text))
    except SqlglotError:
        return []


def is_keyword(name: str) -> bool:
    """Return whether sqlglot may treat an unquoted name unlike another name."""
    return name.upper() in _KEYWORDS


def get_word(token: Token) -> str:
    """Return the word of an unquoted token in upper case; "" for a quoted name or a string."""
    return "" if token.token_type in _QUOTED else str(token.text).upper()


_QUOTED: Final = frozenset(
    {
        TokenType.IDENTIFIER,
        TokenType.STRING,
        TokenType.BYTE_STRING,
        TokenType.UNICODE_STRING,
        TokenType.HEREDOC_STRING,
    }
)


def _is_command(tree: SqlglotNode) -> bool:
    return tree is None or isinstance(tree, exp.Command)


def _call(parse: Any, text: str) -> SqlglotNode | Unparsed:
    try:
        with _silence():
            trees = parse()
    except ParseError as error:
        return _build_unparsed(error, text)
    except RecursionError:
        return Unparsed("the statement is nested too deeply for sqlglot")
    except Exception as error:  # noqa: BLE001 - a defect of sqlglot must not stop lint
        return Unparsed(f"sqlglot fails: {' '.join(str(error).split())[:120]}")
    return trees[0] if len(trees) == 1 else Unparsed("sqlglot reads more than one statement")


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Silence the logger of sqlglot, which warns of every statement that sqlglot does not model."""
    was_disabled = _LOGGER.disabled
    _LOGGER.disabled = True
    try:
        yield
    finally:
        _LOGGER.disabled = was_disabled


def _build_unparsed(error: ParseError, text: str) -> Unparsed:
    first = error.errors[0] if error.errors else {}
    description = _CLASS.sub(r"\1", str(first.get("description") or error).split("\n")[0].rstrip("."))
    token = str(first.get("highlight") or "")
    line, column = first.get("line"), first.get("col")
    if not isinstance(line, int) or not isinstance(column, int) or not token:
        return Unparsed(description)
    before = sum(len(each) + 1 for each in text.split("\n")[: line - 1])
    # The column is that of the end of the token.
    offset = max(0, min(before + column - len(token), len(text)))
    return Unparsed(f"{description} at {' '.join(token[:_SHOWN].split())}", offset)
