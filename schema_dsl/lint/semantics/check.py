"""Run the semantic check over a history, and turn its errors into findings."""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterable, Iterator

from schema_dsl.analysis.effects import DEFINING_KINDS, Effect, effects
from schema_dsl.analysis.errors import SemanticError
from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.history.replay import HistoryStep, replay
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema, Routine
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.compiled_bodies import check_declarations
from schema_dsl.lint.semantics.create_routine import check_sql_body, routine_search_path
from schema_dsl.lint.semantics.named_columns import REMOVED
from schema_dsl.lint.semantics.plpgsql_bodies import (
    check_routine,
    check_row_columns,
    find_runtime_relations,
    relations_by_trigger_function,
)
from schema_dsl.lint.semantics.statements import check_statement
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement

# The number of characters after the location in which the wrong name may follow, as in schema.table.name.
_MAX_NAME_DISTANCE = 200
_COPIED_TYPE = re.compile(r"%\s*(?:type|rowtype)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# The verbs of statements after which a name no longer leads to the same object.
_CHANGES = frozenset({"drop", "rename", "move", "replace"})
# The errors that a new column, or one that becomes NOT NULL, may cause.
_OF_ADDITIONS = frozenset({"ambiguous-column", "not-null-violation", "wrong-column-count"})
# The errors whose messages need not name the changed object.
_WITHOUT_NAMES = frozenset({"conflict-target", "type-mismatch", "wrong-column-count"})
_CHANGING_KINDS = DEFINING_KINDS - {"create_stmt"}


class Semantics:
    """The semantic check of a history: call it with each step of a replay, then call `finish`.

    If `declared` is true, the schema holds the definitions, and a function that is not declared is a warning.
    """

    def __init__(self, schema: HistorySchema, *, declared: bool = False) -> None:
        self._schema = schema
        self._declared = declared
        self._definitions: dict[Statement | None, HistoryStep] = {}
        self._changing: list[HistoryStep] = []
        self._path = (schema.search_path, schema.open_path)
        # The search path at the definition of each routine.
        self._paths: dict[Statement | None, tuple[str, ...]] = {}
        # The first statement that created a trigger, by its relation and the name of its function.
        self._triggers: dict[tuple[HistoryRelation, str], HistoryStep] = {}
        self.findings: list[Finding] = []

    def __call__(self, step: HistoryStep) -> None:
        """Check one statement against the state before it."""
        analyzer = HistoryAnalyzer(self._schema, declared=self._declared)
        check_statement(analyzer, step)
        self.findings += [
            build_finding(step.source, step.statement, error)
            for error in analyzer.errors
            if not _is_at_variable(step, error)
        ]
        if step.kind == "create_function_stmt":
            self._definitions[step.statement] = step
            self._paths[step.statement] = self._schema.search_path
        if step.kind == "create_trig_stmt":
            node = step.tree.relation
            relation = self._schema.find_relation(node.schemaname, node.relname)
            if relation is not None:
                self._triggers.setdefault((relation, qualified_name(step.tree.funcname)[1]), step)
        if step.kind in _CHANGING_KINDS:
            self._changing.append(step)

    @functools.cached_property
    def _changes(self) -> dict[str, list[tuple[str, HistoryStep]]]:
        """The statements that dropped, renamed, moved or retyped an object of a name, with the relation of a part."""
        return self._list_changes(lambda effect: effect.verb in _CHANGES or _is_retyped(effect))

    @functools.cached_property
    def _additions(self) -> dict[str, list[tuple[str, HistoryStep]]]:
        """The statements that added a column or attribute of a name, or made it NOT NULL, with the relation."""
        return self._list_changes(_is_added)

    def _list_changes(self, is_change: Callable[[Effect], bool]) -> dict[str, list[tuple[str, HistoryStep]]]:
        changes: dict[str, list[tuple[str, HistoryStep]]] = {}
        for step in self._changing:
            for effect in filter(is_change, effects(step.statement)):
                # A routine that names a label need not name its enum.
                is_part = effect.identity.parent is not None and effect.identity.kind != "enum_value"
                relation = effect.identity.root.name if is_part else ""
                changes.setdefault(effect.identity.name, []).append((relation, step))
        return changes

    def finish(self) -> list[Finding]:
        """Check the routine bodies against the final state, and return all findings."""
        self._schema.search_path, self._schema.open_path = self._path
        self.findings += self._routines()
        return self.findings

    def _routines(self) -> Iterator[Finding]:
        """Check the bodies of routines, which Postgres analyzes when they run, against the final state.

        CREATE FUNCTION checks the body of an SQL function, so a later statement is the cause of its errors.
        """
        schema = self._schema
        runtime_relations = find_runtime_relations(schema)
        by_function = relations_by_trigger_function(schema)
        for overloads in schema.routines.values():
            for routine in overloads:
                defined = self._definitions.get(routine.statement)
                if defined is None:
                    continue
                # Callers use the path of the definition, or the one before the history.
                path = (*self._paths[routine.statement], *self._path[0])
                schema.search_path = tuple(dict.fromkeys(path))
                with contextlib.suppress(RecursionError):
                    if routine.language == "sql":
                        yield from self._find_broken_sql_body(routine, defined)
                    if routine.language != "plpgsql":
                        continue
                    errors = check_routine(schema, routine, runtime_relations, declared=self._declared)
                    yield from self._report(routine, defined, errors)
                    yield from self._find_broken_declarations(routine, defined)
                    if routine.signature.returns == "trigger":
                        for statement, error, relation in check_row_columns(routine, by_function):
                            trigger = self._triggers.get((relation, routine.name))
                            yield from self._report(routine, defined, [(statement, error)], trigger)

    def _report(
        self,
        routine: Routine,
        defined: HistoryStep,
        errors: Iterable[tuple[Statement, SemanticError]],
        trigger: HistoryStep | None = None,
    ) -> Iterator[Finding]:
        """Yield the findings of the errors in a body, at the later statement that causes them if there is one.

        Args:
            routine: The routine.
            defined: The statement that created it.
            errors: The errors.
            trigger: The statement that created the trigger because of which the body is wrong.
        """
        for statement, error in errors:
            finding = build_finding(defined.source, statement, error)
            cause = self._find_cause(error, defined)
            if cause is None and trigger is not None and trigger.position.file > defined.position.file:
                cause = trigger
            yield finding if cause is None else _move_to_cause(finding, routine, cause)

    def _find_broken_declarations(self, routine: Routine, defined: HistoryStep) -> Iterator[Finding]:
        """Yield the findings of copied types of variables (%TYPE and %ROWTYPE) that a later statement removed."""
        if routine.body is None or not _COPIED_TYPE.search(defined.statement.text):
            return
        analyzer = HistoryAnalyzer(self._schema, declared=self._declared)
        with routine_search_path(self._schema, routine):
            parameters = {routine.name, *routine.argument_names}
            check_declarations(analyzer, defined.statement, routine.body, parameters)
        # CREATE FUNCTION checks them, so that only a later statement can be the cause.
        moved = (each for each in analyzer.errors if self._find_cause(each, defined) is not None)
        yield from self._report(routine, defined, ((defined.statement, each) for each in moved))

    def _find_broken_sql_body(self, routine: Routine, defined: HistoryStep) -> Iterator[Finding]:
        body = routine.body
        if body is None or self._changes.keys().isdisjoint(_WORD.findall(defined.statement.text)):
            return
        analyzer = HistoryAnalyzer(self._schema, declared=self._declared)
        with routine_search_path(self._schema, routine):
            check_sql_body(analyzer, routine, body)
        for error in analyzer.errors:
            cause = self._find_cause(error, defined)
            if cause is not None:
                finding = build_finding(defined.source, defined.statement, error)
                yield _move_to_cause(finding, routine, cause)

    def _find_cause(self, error: SemanticError, defined: HistoryStep) -> HistoryStep | None:
        """Return the later statement that changed an object which the error names; None without one."""
        changes = self._changes if error.rule not in _OF_ADDITIONS else self._changes | self._additions
        words = [error.word] if error.word and error.word in changes else _WORD.findall(error.message)
        # A trigger function does not name the table of NEW.
        own_words = {"", *_WORD.findall(defined.statement.text)}
        is_trigger = "trigger" in own_words
        named = [
            step
            for word in words
            for relation, step in changes.get(word, ())
            if is_trigger or relation in own_words
        ]
        if not named and error.rule in _WITHOUT_NAMES:
            named = [
                step
                for name, steps in changes.items()
                for relation, step in steps
                if name in own_words or (relation and relation in own_words)
            ]
        # Within one file, only a statement that removed the object is certainly the cause.
        files = defined.position.file + (not error.message.endswith(REMOVED))
        later = [step for step in named if step.position > defined.position and step.position.file >= files]
        return max(later, key=lambda step: step.position, default=None)


def _is_added(effect: Effect) -> bool:
    """Return whether an effect adds a column or an attribute to an existing relation, or requires values in one."""
    kind = "" if effect.command is None else effect.command.kind
    return kind in {"AT_AddColumn", "AT_SetNotNull"}


def check_history(
    sources: Iterable[Source], schema: HistorySchema, *, declared: bool = False
) -> list[Finding]:
    """Replay a history and return the findings of the semantic check."""
    semantics = Semantics(schema, declared=declared)
    for step in replay(sources, schema):
        semantics(step)
    return semantics.finish()


def starts_from_empty_database(first: Source, schema: HistorySchema) -> bool:
    """Return whether the first file of a history creates relations and needs none from before the history."""
    unresolved = False
    for step in replay([first], schema):
        analyzer = HistoryAnalyzer(schema)
        check_statement(analyzer, step)
        unresolved = unresolved or analyzer.has_unknown_relation
    creates_relations = any(relation.created_at is not None for relation in schema.relations.values())
    return creates_relations and not unresolved and not schema.unknown_kinds - {"others"}


def build_finding(source: Source, statement: Statement, error: SemanticError) -> Finding:
    """Build the finding of a semantic error."""
    offset, length = _locate(source, statement, error)
    return source.finding(offset, error.rule, level_of(error), error.message, error.remedy, length=length)


def _locate(source: Source, statement: Statement, error: SemanticError) -> tuple[int, int]:
    """Return the offset and the length of the text that an error is about."""
    if error.location < -1:
        offset = -2 - error.location
    elif error.location >= 0:
        offset = statement.offset(error.location)
    else:
        offset = statement.start
    length = _word_length(source.text, offset)
    if error.word:
        near = _MAX_NAME_DISTANCE if error.location != -1 else len(statement.text)
        at = _word_at(source.text, error.word, offset, min(offset + near, len(source.text)))
        if at is not None:
            offset, length = at, len(error.word)
    return offset, length


def _is_at_variable(step: HistoryStep, error: SemanticError) -> bool:
    """Return whether an error is about a variable of psql: only psql knows the text that replaces the variable."""
    placeholders = step.source.script.placeholders
    if not placeholders:
        return False
    at, _ = _locate(step.source, step.statement, error)
    # In :"name" and :'text', the colon precedes the quote.
    at -= step.source.text[at - 1 : at] in {'"', "'"}
    return not placeholders.isdisjoint({at, at - 1})


def _is_retyped(effect: Effect) -> bool:
    """Return whether an effect is the change of the type of a column or an attribute."""
    command = effect.command
    is_column = effect.identity.kind in {"column", "attribute"}
    return command is not None and command.kind == "AT_AlterColumnType" and is_column


def _move_to_cause(finding: Finding, routine: Routine, cause: HistoryStep) -> Finding:
    """Return a finding in an older routine at the statement that broke the routine."""
    statement = cause.statement
    broken = finding.message.removesuffix(REMOVED)
    message = f"this breaks {routine.name} ({finding.file}:{finding.line}): {broken}"
    length = len(statement.text.partition("\n")[0])
    remedy = finding.remedy.replace("An earlier statement renamed it", "This statement renames it", 1)
    return cause.source.finding(statement.start, finding.rule, finding.level, message, remedy, length=length)


def level_of(error: SemanticError) -> Level:
    """Return ERROR if Postgres certainly refuses the statement, otherwise WARNING."""
    return Level.ERROR if error.certain else Level.WARNING


def _word_length(text: str, offset: int) -> int:
    here = _WORD.match(text, offset)
    return len(here[0]) if here is not None else 1


def _word_at(text: str, word: str, start: int, end: int) -> int | None:
    pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
    match = pattern.search(text, start, end)
    return match.start() if match else None
