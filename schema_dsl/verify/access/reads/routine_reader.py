"""Find the comparisons in the bodies of routines, and the sources of their results, for the arguments of each call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import attrs

from schema_dsl.parsing import Node
from schema_dsl.verify.access.reads.database_code import RoutineCode
from schema_dsl.verify.access.reads.provenance import NOTHING, Outputs, Provenance, unite
from schema_dsl.verify.access.reads.read_scope import ReadScope
from schema_dsl.verify.access.reads.routine_code import (
    PlpgsqlReader,
    RoutineShape,
    StatementReader,
    read_shape,
)

_MAX_DEPTH: Final = 20


class BodyReader(StatementReader, Protocol):
    """Reads the SQL of a body, and the defaults of parameters."""

    def value(self, node: Node, scope: ReadScope) -> Provenance:
        """Return the sources of an expression, and collect the terms of the conditions in it."""


@attrs.define(eq=False)
class RoutineReader:
    """Reads the routines that conditions call, each once for the same sources of the arguments.

    Attributes:
        reader: The reader of the SQL in the bodies, which collects the terms.
        unreadable: The routines whose reads are unknown, each with the reason.
    """

    reader: BodyReader
    unreadable: dict[str, str]
    _shapes: dict[int, RoutineShape] = attrs.field(init=False, factory=dict)
    _results: dict[tuple[int, tuple[Provenance, ...]], Outputs] = attrs.field(init=False, factory=dict)
    _depth: int = attrs.field(init=False, default=0)

    @property
    def called(self) -> set[int]:
        """The oids of the routines that conditions call."""
        return {oid for oid, _ in self._results}

    def call(self, routine: RoutineCode, arguments: Sequence[tuple[str, Provenance]]) -> Outputs:
        """Return the result columns of a call with the names and sources of its arguments; "" is no name."""
        key = (routine.oid, tuple(sources for _, sources in arguments))
        if key in self._results:
            return self._results[key]
        self._results[key] = []
        if not routine.definition:
            if not routine.is_immutable:
                self.unreadable[str(routine)] = f"its body is in {routine.language}"
            self._results[key] = [(routine.name, unite(sources for _, sources in arguments))]
        elif self._depth < _MAX_DEPTH:
            self._depth += 1
            self._results[key] = self._run(routine, arguments)
            self._depth -= 1
        return self._results[key]

    def _run(self, routine: RoutineCode, arguments: Sequence[tuple[str, Provenance]]) -> Outputs:
        if routine.oid not in self._shapes:
            self._shapes[routine.oid] = read_shape(routine)
        shape = self._shapes[routine.oid]
        scope = ReadScope(variables=self._bind(shape, arguments), function=routine.name)
        if shape.problem:
            self.unreadable[str(routine)] = shape.problem
        outputs: Outputs = []
        if shape.code is not None:
            reader = PlpgsqlReader(self.reader, scope)
            reader.read(shape.code)
            if reader.is_dynamic:
                self.unreadable[str(routine)] = "it executes SQL that it builds at run time"
            outputs = reader.outputs
        for statement in shape.statements:
            outputs = self.reader.statement(statement, scope)
        if shape.outputs:
            named = [(name, sources) for name, (_, sources) in zip(shape.outputs, outputs, strict=False)]
            assigned = [(name, scope.variables.get(name, NOTHING)) for name in shape.outputs]
            outputs = [*named, *assigned] if shape.code is not None else named
        return outputs

    def _bind(
        self, shape: RoutineShape, arguments: Sequence[tuple[str, Provenance]]
    ) -> dict[str, Provenance]:
        """Return the variables of a call: the arguments by name and by number, then the defaults."""
        variables: dict[str, Provenance] = {}
        for number, (name, default) in enumerate(shape.parameters, 1):
            given = [sources for label, sources in arguments if label and label == name]
            if number <= len(arguments) and not arguments[number - 1][0]:
                given.append(arguments[number - 1][1])
            value = (
                unite(given)
                if given
                else NOTHING
                if default is None
                else self.reader.value(default, ReadScope())
            )
            variables[f"${number}"] = value
            if name:
                variables[name] = value
        return variables
