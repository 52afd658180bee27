"""Pass two over a history: complaints become findings with their place."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.history.trees import qualified
from schema_dsl.lint.semantics.analyzer import Analyzer
from schema_dsl.lint.semantics.create_routine import row_columns, served_by
from schema_dsl.lint.semantics.errors import SemanticError
from schema_dsl.lint.semantics.plpgsql_bodies import check_routine, made_in
from schema_dsl.lint.semantics.statements import examine
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import body_of

# How far behind its place the name itself may stand, as in schema.table.name.
_NEAR = 200
_WORD = re.compile(r"\w+")


class Semantics:
    """Pass two, to be called with each step of a replay before it has happened, and then asked for the end.

    With `declared` functions are looked for among what is declared, and one that is not is worth a warning.
    """

    def __init__(self, schema: Schema, *, declared: bool = False) -> None:
        self._schema = schema
        self._declared = declared
        self._functions: dict[tuple[int, str], tuple[Source, Statement]] = {}
        self._path = (schema.search_path, schema.open_path)
        self.found: list[Finding] = []

    def __call__(self, step: HistoryStep) -> None:
        """Check one statement against what the ones before it leave behind."""
        a = Analyzer(self._schema, declared=self._declared)
        with contextlib.suppress(RecursionError):
            # Of what is nested more deeply than Python can follow, nothing is said.
            examine(a, step)
        self.found += [placed(step.source, step.statement, each) for each in a.found]
        if step.kind == "create_function_stmt":
            name = qualified(step.tree.funcname)[1]
            self._functions[step.moment.statement, name] = (step.source, step.statement)

    def finish(self) -> list[Finding]:
        """Say what only the whole history tells; give everything found."""
        self._schema.search_path, self._schema.open_path = self._path
        self.found += self._routines()
        return self.found

    def _routines(self) -> Iterator[Finding]:
        """Check the bodies that Postgres reads only when they run: what they name is there by then, or never."""
        schema = self._schema
        made_by_bodies, served = made_in(schema), served_by(schema)
        for held in schema.routines.values():
            for made in held:
                known = self._functions.get((made.made.statement, made.name)) if made.made else None
                body = body_of(known[1]) if known is not None and made.language == "plpgsql" else None
                if known is None or body is None:
                    continue
                source, statement = known
                if made.signature.returns == "trigger":
                    for offset, message, remedy in row_columns(made, body.text, served):
                        at = body.offset(offset)
                        length = _word_length(source.text, at)
                        yield source.finding(
                            at, "unknown-column", Level.ERROR, message, remedy, length=length
                        )
                with contextlib.suppress(RecursionError):
                    for inner, complaint in check_routine(
                        schema, made, statement, body, made_by_bodies, declared=self._declared
                    ):
                        yield placed(source, inner, complaint)


def check_history(sources: Iterable[Source], schema: Schema, *, declared: bool = False) -> list[Finding]:
    """Check a whole history."""
    semantics = Semantics(schema, declared=declared)
    for step in replay(sources, schema):
        semantics(step)
    return semantics.finish()


def is_whole(first: Source, schema: Schema) -> bool:
    """Say whether a history begins with this file: it makes tables, and needs none from before."""
    unresolved = False
    for step in replay([first], schema):
        a = Analyzer(schema)
        with contextlib.suppress(RecursionError):
            examine(a, step)
        unresolved = unresolved or a.unresolved
    made = any(each.made is not None for each in schema.relations.values())
    return made and not unresolved and not schema.doubts


def placed(source: Source, statement: Statement, complaint: SemanticError) -> Finding:
    """Turn a complaint into a finding."""
    if complaint.location < -1:
        offset = -2 - complaint.location
    elif complaint.location >= 0:
        offset = statement.offset(complaint.location)
    else:
        offset = statement.start
    length = _word_length(source.text, offset)
    if complaint.word:
        near = _NEAR if complaint.location != -1 else len(statement.text)
        at = _word_at(source.text, complaint.word, offset, min(offset + near, len(source.text)))
        if at is not None:
            offset, length = at, len(complaint.word)
    return source.finding(
        offset, complaint.rule, complaint.level, complaint.message, complaint.remedy, length=length
    )


def _word_length(text: str, offset: int) -> int:
    here = _WORD.match(text, offset)
    return len(here[0]) if here is not None else 1


def _word_at(text: str, word: str, start: int, end: int) -> int | None:
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    found = pattern.search(text, start, end)
    return found.start() if found else None
