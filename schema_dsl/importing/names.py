"""Write the names that definitions use."""

from collections.abc import Callable, Mapping
from typing import Any

import attrs

from schema_dsl.analysis.identity import TYPE_KINDS, Identity
from schema_dsl.importing.built_in_types import write_built_in_type
from schema_dsl.importing.expressions import (
    ColumnCondition,
)
from schema_dsl.importing.python import (
    PythonCall,
    PythonNode,
    list_of,
    quote,
)
from schema_dsl.model.function import Function
from schema_dsl.model.reference import Reference


@attrs.define
class NameWriter:
    """Writes the names of types, tables, functions and constants, and records which ones it uses.

    Attributes:
        variables: The variables of the objects.
        types: The variables of declared types, by the SQL of the type.
        sequences: The sequences, by the default that takes the next number of one.
        is_usable: Returns whether the variable of an object may be used where the writer is.
        constants: The names of constants, by their values.
        platform_tables: The names of the platform's variables, by the table.
        schema: The schema of the object that is written.
        used: The names of schema_dsl that were used.
        needed: The objects whose variables were used.
        used_of_platform: The names of the platform that were used.
        used_constants: The names of the constants that were used.
        used_shared: The names of the shared grants, conditions and columns that were used.
    """

    variables: Mapping[Identity, str]
    types: Mapping[str, Identity]
    sequences: Mapping[str, Identity]
    is_usable: Callable[[Identity], bool]
    constants: Mapping[tuple[Any, ...], str]
    platform_tables: Mapping[tuple[str, str], str]
    schema: str = "public"
    used: set[str] = attrs.Factory(set)
    needed: set[Identity] = attrs.Factory(set)
    used_of_platform: set[str] = attrs.Factory(set)
    used_constants: set[str] = attrs.Factory(set)
    used_shared: set[str] = attrs.Factory(set)

    def use(self, name: str) -> str:
        """Return a name of schema_dsl, which is recorded."""
        self.used.add(name)
        return name

    def use_of_platform(self, place: tuple[str, str]) -> str:
        """Return the variable of a table of the platform, which is recorded."""
        name = self.platform_tables[place]
        self.used_of_platform.add(name)
        return name

    def write_type(self, spelling: str) -> PythonNode:
        """Return the source of a type: the name of a built-in type, the variable of a declared one, or its SQL."""
        if spelling.endswith("[]"):
            return PythonCall(self.use("array"), (self.write_type(spelling[:-2]),))
        built_in = write_built_in_type(spelling)
        if built_in is not None:
            self.use(built_in.name if isinstance(built_in, PythonCall) else str(built_in))
            return built_in
        declared = self.types.get(spelling)
        if declared is not None and self.is_usable(declared):
            self.needed.add(declared)
            variable = self.variables[declared]
            return variable if declared.kind in TYPE_KINDS else f"{variable}.type({quote(declared.name)})"
        return PythonCall(self.use("Type"), (quote(spelling),))

    def write_reference(self, reference: Reference) -> PythonNode:
        """Return the source of the target of a foreign key: the variable of a table, or its name."""
        place = (reference.schema or "public", reference.table)
        identity = Identity("table", *place)
        is_short = not reference.columns
        if is_short and place in self.platform_tables:
            return self.use_of_platform(place)
        if is_short and identity in self.variables and self.is_usable(identity):
            self.needed.add(identity)
            return self.variables[identity]
        columns = () if is_short else (list_of(map(quote, reference.columns)),)
        if identity in self.variables and self.is_usable(identity):
            self.needed.add(identity)
            return PythonCall(self.use("Reference"), (self.variables[identity], *columns))
        schema: dict[str, PythonNode] = {} if place[0] == self.schema else {"schema": quote(place[0])}
        return PythonCall(self.use("Reference"), (quote(reference.table), *columns), schema)

    def write_column_reference(self, reference: Reference) -> PythonNode:
        """Return the source of a reference to columns of a table by its name."""
        return PythonCall(self.use("Reference"), (quote(reference.table), *map(quote, reference.columns)))

    def write_function(self, function: Function) -> PythonNode:
        """Return the source of a function that a trigger calls: its variable, or its name."""
        identity = Identity("function", function.schema, function.name, ())
        if identity in self.variables and self.is_usable(identity):
            self.needed.add(identity)
            return self.variables[identity]
        schema: dict[str, PythonNode] = (
            {} if function.schema == "public" else {"schema": quote(function.schema)}
        )
        return PythonCall(self.use("Function"), (quote(function.name),), schema)

    def write_condition(self, condition: ColumnCondition) -> PythonNode:
        """Return the helper of a check, with the constant that has its values."""
        self.use(condition.helper)
        constant = self.constants.get(condition.arguments) if condition.helper == "one_of" else None
        if constant is None:
            return condition.node
        self.used_constants.add(constant)
        return PythonCall("one_of", (f"*{constant}",))
