"""Write values as Python source."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

import schema_dsl
from schema_dsl.errors import DefinitionError
from schema_dsl.importing.bounds import read_bound
from schema_dsl.importing.condition_parts import find_named, write_condition
from schema_dsl.importing.conditions import CONDITIONS
from schema_dsl.importing.expressions import (
    ColumnCondition,
    recognize_condition,
    write_default,
    write_sql,
)
from schema_dsl.importing.names import NameWriter
from schema_dsl.importing.python import (
    PythonCall,
    PythonDict,
    PythonList,
    PythonNode,
    list_of,
    quote,
    quote_block,
)
from schema_dsl.importing.readable_sql import simplify_condition
from schema_dsl.importing.routines import write_plain_body
from schema_dsl.importing.shared import SharedValue
from schema_dsl.model.argument import Argument
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check
from schema_dsl.model.domain import Domain
from schema_dsl.model.expression import Predicate
from schema_dsl.model.function import Function
from schema_dsl.model.identity import copy_with
from schema_dsl.model.index import IndexElement, descending
from schema_dsl.model.partition import DEFAULT_BOUND, PartitionKey
from schema_dsl.model.reference import Reference
from schema_dsl.model.trigger import Trigger, before_update
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql, identifier

# Arguments that take a str as a constant or as a name, so that SQL has to be written as sql("...").
_AS_SQL: Final = frozenset({"default", "on", "collation", "operator_class", "sql"})
# A text or a quoted name, or the value that the check of a domain is about.
_VALUE: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\b(value)\b""")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")
# Arguments that take one item without a list.
_SINGLE: Final = frozenset(
    {"columns", "to", "events", "update_of", "elements", "include", "arguments", "inherits"}
)
# The places of arguments in calls, where the others have the place 3.
_FIRST_AND_LAST: Final = {"primary_key": 0, "body": 4}
# Arguments that take a dict.
_MAPPINGS: Final = frozenset({"set", "parameters", "options", "column_comments"})
# Values that stand for the argument being left out.
_IMPLIED: Final[Mapping[str, tuple[Any, ...]]] = {
    # PUBLIC may execute every new function.
    "execute": (("public",),),
    "schema": ("",),
    "grants": (None,),
    "bound": (DEFAULT_BOUND,),
}
_COLUMN_NAME: Final = re.compile(r'"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*')
_COLUMN_KEYS: Final = re.compile(
    rf"(?P<strategy>RANGE|LIST|HASH) \((?P<columns>(?:{_COLUMN_NAME.pattern})(?:, (?:{_COLUMN_NAME.pattern}))*)\)"
)


class UnwritableError(Exception):
    """An object has a value that Python source cannot express."""


@attrs.define
class ValueWriter:
    """Writes values, such as columns and policies.

    Attributes:
        names: Writes the names in the values.
        shared: The conditions and parts of conditions that have a name, by their SQL.
        conditions: The helpers of the checks of columns of the table that is written, by the column.
    """

    names: NameWriter
    shared: Mapping[str, SharedValue]
    conditions: Mapping[str, list[ColumnCondition]] = attrs.Factory(dict)

    def write(self, value: Any) -> PythonNode:
        """Return the source of a value."""
        match value:
            case None | bool() | int() | float():
                return repr(value)
            case str():
                return quote(value)
            case tuple() | list():
                return list_of(map(self.write, value))
            case Trigger() if value == before_update(value.function, name=value.name, comment=value.comment):
                return self._write_before_update(value)
        return self._write_part(value)

    def write_object(self, item: Any, skip: frozenset[str] = frozenset()) -> PythonCall:
        """Return the call that constructs an object.

        Args:
            item: The object.
            skip: The arguments that are written elsewhere, of an object with parts.
        """
        kind: Any = type(item)
        positional: list[PythonNode] = []
        keywords: dict[str, PythonNode] = {}
        # Keyword arguments of a base class precede the positional ones of the class.
        for field in sorted(attrs.fields(kind), key=lambda field: bool(field.kw_only)):
            value = getattr(item, field.name)
            default = _get_default(field)
            # None stands for the default of Postgres, where the catalog of a table has False.
            is_default = value == default or (bool(skip) and value is False and default is None)
            # Postgres or the package derives the fields that repr() leaves out.
            is_derived = not (field.init and field.repr and (field.eq or field.name == "grants"))
            is_empty = field.name == "arguments" and all(
                getattr(each, "mode", "") == "table" for each in value
            )
            is_skipped = is_derived or is_empty or field.name in skip
            if is_skipped or is_default or value in _IMPLIED.get(field.name, ()):
                continue
            if skip and field.default is not attrs.NOTHING and _is_filled_in(item, field.name):
                continue
            node = self._write_field(item, field.name, value)
            if field.kw_only or keywords:
                keywords[field.name] = node
            else:
                positional.append(node)
        return PythonCall(
            self.names.use(kind.__name__), tuple(positional), sort_keywords(keywords, _FIRST_AND_LAST)
        )

    def _write_field(self, item: Any, name: str, value: Any) -> PythonNode:
        match item, name:
            case Column(), "check":
                return self._write_column_checks(item)
            case Column(), "default":
                return self._write_column_default(item)
            case Domain(), "check":
                return self._write_domain_checks(item)
            case _, "body":
                return self._write_body(item, value)
        return self._write_value(name, value)

    def _write_value(self, name: str, value: Any) -> PythonNode:
        """Return the source of the value of an argument."""
        if name in _MAPPINGS:
            # SET search_path = '' is stored as search_path="".
            is_number = name == "parameters"
            return PythonDict(
                {
                    key: '""'
                    if text == '""'
                    else text
                    if is_number and _NUMBER.fullmatch(text)
                    else quote(text)
                    for key, text in value
                }
            )
        if isinstance(value, Sql):
            if name == "bound":
                return self._write_bound(value)
            return self._write_sql(value) if name in _AS_SQL else self._write_text(name, value)
        if name == "attributes":
            return PythonDict({each.name: self.write(each.type) for each in value})
        if isinstance(value, tuple | list):
            if name == "arguments":
                # The text of the result has the columns of a table.
                value = tuple(each for each in value if getattr(each, "mode", None) != "table")
            writers: dict[str, Callable[[Any], PythonNode]] = {
                "elements": self._write_element,
                "inherits": lambda parent: self.names.write_reference(
                    Reference(parent.name, schema=parent.schema)
                ),
                "on": self._write_key,
            }
            write = writers.get(name, self.write)
            nodes = list(map(write, value))
            # An exclusion has pairs, of which one is a list as well.
            is_single = name in _SINGLE and len(nodes) == 1 and not isinstance(value[0], tuple)
            return nodes[0] if is_single else list_of(nodes)
        return self.write(value)

    def _write_text(self, name: str, text: Sql) -> PythonNode:
        """Return the source of SQL for an argument that takes a str as SQL, or the name that a condition has."""
        shared = self.shared if name in CONDITIONS else {}
        self.names.used_shared.update(shared[part.text].name for part in find_named(text, shared))
        return write_condition(text, shared)

    def _write_key(self, value: str) -> PythonNode:
        """Return the source of a column or an expression."""
        return self._write_sql(value) if isinstance(value, Sql) else quote(value)

    def _write_column_checks(self, column: Column) -> PythonNode:
        conditions = iter(self.conditions.get(column.name, ()))
        nodes = [
            self.names.write_condition(next(conditions))
            if isinstance(each, Predicate)
            else self._write_sql(each)
            for each in column.check
        ]
        return nodes[0] if len(nodes) == 1 else list_of(nodes)

    def _write_column_default(self, column: Column) -> PythonNode:
        assert column.default is not None  # noqa: S101 - None is left out
        sequence = self.names.sequences.get(column.default)
        if sequence is not None and self.names.is_usable(sequence):
            self.names.needed.add(sequence)
            return f"{self.names.variables[sequence]}.next_value()"
        node = write_default(column.default, str(column.type.sql))
        if isinstance(node, PythonCall):
            self.names.use(node.name)
        return node

    def _write_domain_checks(self, domain: Domain) -> PythonNode:
        nodes = [self._write_domain_check(domain, check) for check in domain.check]
        return nodes[0] if len(nodes) == 1 else list_of(nodes)

    def _write_part(self, value: Any) -> PythonNode:
        """Return the source of an object inside another object."""
        match value:
            case Type():
                return self.names.write_type(str(value.sql))
            case Reference():
                return self.names.write_reference(value)
            case PartitionKey():
                return self._write_partition_key(value)
            case Function() if value.body is None:
                return self.names.write_function(value)
            case Argument():
                return quote(_format_argument(value))
        if attrs.has(type(value)) and type(value).__name__ in schema_dsl.__all__:
            return self.write_object(value)
        raise UnwritableError(f"a {type(value).__name__} has no source")

    def _write_before_update(self, trigger: Trigger) -> PythonNode:
        name = {} if trigger.name == trigger.function.name else {"name": quote(trigger.name)}
        comment = {} if trigger.comment is None else {"comment": quote(trigger.comment)}
        return PythonCall(
            self.names.use("before_update"), (self.write(trigger.function),), {**name, **comment}
        )

    def _write_partition_key(self, key: PartitionKey) -> PythonNode:
        match = _COLUMN_KEYS.fullmatch(key.sql)
        if match is None:
            return self.write_object(key)
        names = (
            name[1:-1].replace('""', '"') if name.startswith('"') else name
            for name in _COLUMN_NAME.findall(match["columns"])
        )
        return PythonCall(self.names.use(f"by_{match['strategy'].lower()}"), tuple(map(quote, names)))

    def _write_bound(self, bound: Sql) -> PythonNode:
        """Return the helper that gives a bound of constants, or the bound as SQL."""
        call = read_bound(bound)
        if call is None:
            return self._write_sql(bound)
        self.names.use(call.name)
        return call

    def _write_sql(self, text: str) -> PythonNode:
        self.names.use("sql")
        return write_sql(text)

    def _write_body(self, item: Any, body: Sql) -> PythonNode:
        """Return a body as text if the class reads the same from it, and otherwise as SQL."""
        return write_plain_body(item) or self._write_sql_block(body)

    def _write_sql_block(self, body: Sql) -> PythonNode:
        self.names.use("sql")
        block = quote_block(body)
        # The formatter of ruff keeps the brackets beside a block.
        return f"sql({block})" if "\n" in block else PythonCall("sql", (block,))

    def write_file(self, item: Any, path: str) -> PythonCall:
        """Return the call that reads a routine from a file of SQL."""
        name = self.names.use(type(item).__name__)
        comment: dict[str, PythonNode] = {} if item.comment is None else {"comment": quote(item.comment)}
        return PythonCall(f"{name}.from_file", (quote(path),), comment)

    def _write_domain_check(self, domain: Domain, check: Check) -> PythonNode:
        condition = recognize_condition(check.expression)
        if check.name == f"{domain.name}_check" and check.comment is None:
            if condition is not None and condition.column == "VALUE":
                return self.names.write_condition(condition)
            return self._write_sql(_simplify_domain_check(check.expression))
        return self.write_object(copy_with(check, expression=_simplify_domain_check(check.expression)))

    def _write_element(self, element: Any) -> PythonNode:
        if isinstance(element, tuple):
            # The element of an exclusion is a column or an expression, and an operator.
            on, operator = element
            inner = self._write_element(on if isinstance(on, IndexElement) else IndexElement(on))
            return PythonList((inner, quote(operator)), "(", ")")
        if element == IndexElement(element.on):
            return self._write_sql(element.on) if isinstance(element.on, Sql) else quote(element.on)
        if element == descending(element.on, nulls_first=element.nulls_first):
            on = self._write_sql(element.on) if isinstance(element.on, Sql) else quote(element.on)
            is_default = element.nulls_first == descending(element.on).nulls_first
            nulls: dict[str, PythonNode] = {} if is_default else {"nulls_first": repr(element.nulls_first)}
            return PythonCall(self.names.use("descending"), (on,), nulls)
        return self.write_object(element)


def sort_keywords(keywords: Mapping[str, PythonNode], places: Mapping[str, int]) -> dict[str, PythonNode]:
    """Return the arguments of a call by their places."""
    return dict(sorted(keywords.items(), key=lambda pair: places.get(pair[0], 3)))


def _simplify_domain_check(expression: Sql) -> Sql:
    """Return the check of a domain as people write it, with VALUE in upper case."""
    return Sql(
        _VALUE.sub(lambda found: found[0].upper() if found[1] else found[0], simplify_condition(expression))
    )


def _get_default(field: Any) -> Any:
    default = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return default.factory()
    return default


def _is_filled_in(item: Any, name: str) -> bool:
    """Return whether a class gives an attribute the same value by default."""
    kind: Any = type(item)
    fields = [field for field in attrs.fields(kind) if field.init and field.name != name]
    positional = [getattr(item, field.name) for field in fields if not field.kw_only]
    keywords = {field.name: getattr(item, field.name) for field in fields if field.kw_only}
    try:
        built = kind(*positional, **keywords)
    except (DefinitionError, TypeError):
        return False
    return bool(getattr(built, name) == getattr(item, name))


def _format_argument(argument: Argument) -> str:
    mode = "" if argument.mode in {"in", "table"} else f"{argument.mode.upper()} "
    name = f"{identifier(argument.name)} " if argument.name else ""
    default = "" if argument.default is None else f" DEFAULT {argument.default}"
    return f"{mode}{name}{argument.type}{default}"
