"""Write objects as Python source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

import schema_dsl
from schema_dsl.analysis.identity import TYPE_KINDS, Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.importing.assembly import AssembledRoot, find_key
from schema_dsl.importing.bounds import read_bound
from schema_dsl.importing.built_in_types import write_built_in_type
from schema_dsl.importing.columns import SharedColumn, get_shared_form
from schema_dsl.importing.conditions import CONDITIONS, list_names, write_condition
from schema_dsl.importing.expressions import (
    ColumnCondition,
    recognize_condition,
    write_default,
    write_sql,
)
from schema_dsl.importing.grants import write_grants, write_privileges
from schema_dsl.importing.policy_helpers import find_helper_calls
from schema_dsl.importing.python import (
    PythonCall,
    PythonDict,
    PythonList,
    PythonNode,
    PythonText,
    indent_block,
    layout,
    list_of,
    quote,
    quote_block,
)
from schema_dsl.importing.readable_sql import simplify_condition
from schema_dsl.importing.shared import SharedValue
from schema_dsl.model.argument import Argument
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.domain import Domain
from schema_dsl.model.expression import Predicate
from schema_dsl.model.function import Function
from schema_dsl.model.identity import copy_with
from schema_dsl.model.index import IndexElement, descending
from schema_dsl.model.index_mark import MARK_FIELDS, IndexMark
from schema_dsl.model.owner import Ownership
from schema_dsl.model.owning_column import OwningColumn
from schema_dsl.model.partition import DEFAULT_BOUND, Partition, PartitionKey
from schema_dsl.model.policy import Policy
from schema_dsl.model.publication import Publication
from schema_dsl.model.reference import Reference
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Trigger, before_update
from schema_dsl.model.type import Type
from schema_dsl.platforms import Platform
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
_FIRST_AND_LAST_OF_ROOTS: Final = {"schema": 0, "comment": 1, "partition_by": 5, "partitions": 6, "body": 7}
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
_PARTS_IN_ORDER: Final = (
    "existing",
    "columns",
    "tables",
    "constraints",
    "indexes",
    "triggers",
    "policies",
    "rules",
)
# Of a table or publication that the definitions do not create.
_WRITTEN_APART: Final = frozenset({"existing"})


_COLUMN_NAME: Final = re.compile(r'"(?:[^"]|"")+"|[a-z_][a-z0-9_$]*')
_COLUMN_KEYS: Final = re.compile(
    rf"(?P<strategy>RANGE|LIST|HASH) \((?P<columns>(?:{_COLUMN_NAME.pattern})(?:, (?:{_COLUMN_NAME.pattern}))*)\)"
)


class UnwritableError(Exception):
    """An object has a value that Python source cannot express."""


@attrs.define
class SourceWriter:
    """Writes objects, and records the names that it uses.

    Attributes:
        variables: The variables of the objects.
        types: The variables of declared types, by the SQL of the type.
        sequences: The sequences, by the default that takes the next number of one.
        is_usable: Returns whether the variable of an object may be used where the writer is.
        constants: The names of constants, by their values.
        used: The names of schema_dsl that were used.
        needed: The objects whose variables were used.
        platform_tables: The names of the platform's variables, by the table.
        platform: The platform.
        used_of_platform: The names of the platform that were used.
        used_constants: The names of the constants that were used.
        shared: The grants and conditions that have a name, by their source.
        shared_columns: The columns that many tables have.
        writes_no_grants: Whether tables without privileges say so, because most tables have some.
        used_shared: The names of these grants, conditions and columns that were used.
    """

    variables: Mapping[Identity, str]
    types: Mapping[str, Identity]
    sequences: Mapping[str, Identity]
    is_usable: Callable[[Identity], bool]
    constants: Mapping[tuple[Any, ...], str]
    platform_tables: Mapping[tuple[str, str], str]
    platform: Platform
    shared: Mapping[str, SharedValue]
    shared_columns: Mapping[Column, SharedColumn]
    writes_no_grants: bool
    used: set[str] = attrs.Factory(set)
    needed: set[Identity] = attrs.Factory(set)
    used_of_platform: set[str] = attrs.Factory(set)
    used_constants: set[str] = attrs.Factory(set)
    used_shared: set[str] = attrs.Factory(set)
    _conditions: Mapping[str, list[ColumnCondition]] = attrs.field(init=False, factory=dict)
    _schema: str = attrs.field(init=False, default="public")
    _key: tuple[str, ...] = attrs.field(init=False, default=())

    def write_root(self, root: AssembledRoot) -> PythonNode:
        """Return the call that constructs an object with its parts.

        Raises:
            UnwritableError: If a value has no source.
        """
        self._conditions = root.conditions
        self._key = find_key(root)
        self._schema = root.identity.schema or "public"
        call = self._write_object(root.item, skip=_WRITTEN_APART)
        keywords = dict(call.keywords)
        if getattr(root.item, "existing", None) is not None:
            keywords.update(self._write_existing(root.item))
        if root.parts.get("policies"):
            # Policies enable row level security, unless the table says otherwise.
            enabled = keywords.pop("row_security", None)
            if enabled is None and getattr(root.item, "row_security", None) is not None:
                keywords["row_security"] = "False"
        for holder in _PARTS_IN_ORDER:
            items = root.parts.get(holder)
            if items:
                if holder == "columns":
                    nodes: Iterable[PythonNode] = map(self._write_column, items)
                else:
                    nodes = self._write_policies(items) if holder == "policies" else map(self.write, items)
                keywords[holder] = list_of(nodes)
        grants = self._write_grants(root)
        partitions = root.parts.get("partitions")
        if partitions:
            keywords["partitions"] = list_of(
                self._write_partition(each, root, has_grants="grants" in grants) for each in partitions
            )
        keywords.update(_write_marks(root))
        for owning in root.parts.get(OwningColumn.kind, ()):
            keywords["owned_by"] = self._write_column_reference(owning.column)
        keywords.update(grants)
        keywords.update(("owner", quote(each.role)) for each in root.parts.get(Ownership.kind, ()))
        return PythonCall(call.name, call.positional, _sort_keywords(keywords, _FIRST_AND_LAST_OF_ROOTS))

    def _write_column(self, column: Column) -> PythonNode:
        """Return a column, or the call that returns it if many tables have it."""
        shared = self.shared_columns.get(get_shared_form(column, self._key))
        if shared is None or not (shared.target is None or self.is_usable(shared.target)):
            return self.write(column)
        self.used_shared.add(shared.name)
        return f"{shared.name}()"

    def _write_existing(self, item: Any) -> Iterable[tuple[str, PythonNode]]:
        """Yield the argument of a table or publication that the definitions do not create."""
        if item.kind == Table.kind:
            yield "existing", list_of(map(self.write, item.existing))
        elif item.kind == Publication.kind:
            yield "existing", "True"

    def _write_partition(self, root: AssembledRoot, parent: AssembledRoot, *, has_grants: bool) -> PythonNode:
        """Return a partition with its parts."""
        table = root.item
        schema = None if root.identity.schema == parent.identity.schema else root.identity.schema
        call = self._write_object(
            Partition(
                table.name,
                table.bound,
                schema=schema,
                partition_by=table.partition_by,
                force_row_security=table.force_row_security,
                unlogged=table.unlogged,
                parameters=table.parameters,
                replica_identity=table.replica_identity,
                comment=table.comment,
                origin=None,
            )
        )
        keywords = dict(call.keywords)
        for holder in ("constraints", "indexes", "triggers", "policies"):
            items = root.parts.get(holder)
            if items:
                keywords[holder] = list_of(map(self.write, items))
        keywords.update(_write_marks(root))
        is_implied = bool(root.parts.get("policies")) or has_grants
        if table.row_security != is_implied:
            keywords["row_security"] = repr(table.row_security)
        grants = self._write_grants(root)
        keywords.update(grants)
        below = root.parts.get("partitions")
        if below:
            is_granted = has_grants or bool(grants)
            keywords["partitions"] = list_of(
                self._write_partition(each, root, has_grants=is_granted) for each in below
            )
        return PythonCall(call.name, call.positional, keywords)

    def _write_policies(self, policies: Sequence[Policy]) -> list[PythonNode]:
        """Return the policies, those of a helper of the platform as its call."""
        calls = find_helper_calls(policies, self.platform)
        replaced = {id(policy): found.call for found in calls for policy in found.policies}
        nodes: list[PythonNode] = []
        for policy in policies:
            call = replaced.get(id(policy))
            if call is None:
                nodes.append(self.write(policy))
            elif call not in nodes:
                self.used_of_platform.add(call.name)
                nodes.append(call)
        return nodes

    def _write_object(self, item: Any, skip: frozenset[str] = frozenset()) -> PythonCall:
        kind: Any = type(item)
        positional: list[PythonNode] = []
        keywords: dict[str, PythonNode] = {}
        # Keyword arguments of a base class precede the positional ones of the class.
        for field in sorted(attrs.fields(kind), key=lambda field: bool(field.kw_only)):
            value = getattr(item, field.name)
            default = _get_default(field)
            # None stands for the default of Postgres, where the catalog of a table has False.
            is_default = value == default or (bool(skip) and value is False and default is None)
            # Fields without a place in repr() are what Postgres or the package derives.
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
            self._use(kind.__name__), tuple(positional), _sort_keywords(keywords, _FIRST_AND_LAST)
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
            case DefaultPrivileges(), "grants":
                self._use("Grant")
                return write_grants(value, item.on.removesuffix("s"))
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
                "inherits": lambda parent: self._write_reference(
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
        node = write_condition(text, self.shared if name in CONDITIONS else {})
        if name in CONDITIONS:
            self.used_shared.update(list_names(node, self.shared))
        return node

    def _write_key(self, value: str) -> PythonNode:
        """Return the source of a column or an expression."""
        return self._write_sql(value) if isinstance(value, Sql) else quote(value)

    def _write_column_checks(self, column: Column) -> PythonNode:
        conditions = iter(self._conditions.get(column.name, ()))
        nodes = [
            self._write_condition(next(conditions)) if isinstance(each, Predicate) else self._write_sql(each)
            for each in column.check
        ]
        return nodes[0] if len(nodes) == 1 else list_of(nodes)

    def _write_column_default(self, column: Column) -> PythonNode:
        assert column.default is not None  # noqa: S101 - None is left out
        sequence = self.sequences.get(column.default)
        if sequence is not None and self.is_usable(sequence):
            self.needed.add(sequence)
            return f"{self.variables[sequence]}.next_value()"
        node = write_default(column.default, str(column.type.sql))
        if isinstance(node, PythonCall):
            self._use(node.name)
        return node

    def _write_domain_checks(self, domain: Domain) -> PythonNode:
        nodes = [self._write_domain_check(domain, check) for check in domain.check]
        return nodes[0] if len(nodes) == 1 else list_of(nodes)

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

    def _write_part(self, value: Any) -> PythonNode:
        """Return the source of an object inside another one."""
        match value:
            case Type():
                return self._write_type(str(value.sql))
            case Reference():
                return self._write_reference(value)
            case PartitionKey():
                return self._write_partition_key(value)
            case Function() if value.body is None:
                return self._write_function(value)
            case Argument():
                return quote(_format_argument(value))
        if attrs.has(type(value)) and type(value).__name__ in schema_dsl.__all__:
            return self._write_object(value)
        raise UnwritableError(f"a {type(value).__name__} has no source")

    def _write_before_update(self, trigger: Trigger) -> PythonNode:
        name = {} if trigger.name == trigger.function.name else {"name": quote(trigger.name)}
        comment = {} if trigger.comment is None else {"comment": quote(trigger.comment)}
        return PythonCall(self._use("before_update"), (self.write(trigger.function),), {**name, **comment})

    def _write_partition_key(self, key: PartitionKey) -> PythonNode:
        match = _COLUMN_KEYS.fullmatch(key.sql)
        if match is None:
            return self._write_object(key)
        names = (
            name[1:-1].replace('""', '"') if name.startswith('"') else name
            for name in _COLUMN_NAME.findall(match["columns"])
        )
        return PythonCall(self._use(f"by_{match['strategy'].lower()}"), tuple(map(quote, names)))

    def _write_bound(self, bound: Sql) -> PythonNode:
        """Return the helper that gives a bound of constants, or the bound as SQL."""
        call = read_bound(bound)
        if call is None:
            return self._write_sql(bound)
        self._use(call.name)
        return call

    def _write_sql(self, text: str) -> PythonNode:
        self._use("sql")
        return write_sql(text)

    def _write_body(self, item: Any, body: Sql) -> PythonNode:
        """Return a body as text if the class reads the same from it, and otherwise as SQL."""
        lines = str(body).strip("\n")
        text = indent_block(lines, "") if "\n" in lines else lines
        try:
            same = type(item)(item.name, **_read_arguments(item), body=text, origin=None).body == body
        except (DefinitionError, TypeError):
            same = False
        if same:
            return PythonText(lines) if "\n" in lines else quote(lines)
        self._use("sql")
        return f"sql({quote_block(str(body))})"

    def _write_condition(self, condition: ColumnCondition) -> PythonNode:
        self._use(condition.helper)
        constant = self.constants.get(condition.arguments) if condition.helper == "one_of" else None
        if constant is None:
            return condition.node
        self.used_constants.add(constant)
        return PythonCall("one_of", (f"*{constant}",))

    def _write_domain_check(self, domain: Domain, check: Check) -> PythonNode:
        condition = recognize_condition(check.expression)
        if check.name == f"{domain.name}_check" and check.comment is None:
            if condition is not None and condition.column == "VALUE":
                return self._write_condition(condition)
            return self._write_sql(_simplify_domain_check(check.expression))
        return self._write_object(copy_with(check, expression=_simplify_domain_check(check.expression)))

    def _write_element(self, element: Any) -> PythonNode:
        if isinstance(element, tuple):
            # Of an exclusion: a column or an expression, and an operator.
            on, operator = element
            inner = self._write_element(on if isinstance(on, IndexElement) else IndexElement(on))
            return PythonList((inner, quote(operator)), "(", ")")
        if element == IndexElement(element.on):
            return self._write_sql(element.on) if isinstance(element.on, Sql) else quote(element.on)
        if element == descending(element.on, nulls_first=element.nulls_first):
            on = self._write_sql(element.on) if isinstance(element.on, Sql) else quote(element.on)
            is_default = element.nulls_first == descending(element.on).nulls_first
            nulls: dict[str, PythonNode] = {} if is_default else {"nulls_first": repr(element.nulls_first)}
            return PythonCall(self._use("descending"), (on,), nulls)
        return self._write_object(element)

    def _write_type(self, spelling: str) -> PythonNode:
        if spelling.endswith("[]"):
            return PythonCall(self._use("array"), (self._write_type(spelling[:-2]),))
        built_in = write_built_in_type(spelling)
        if built_in is not None:
            self._use(built_in.name if isinstance(built_in, PythonCall) else str(built_in))
            return built_in
        declared = self.types.get(spelling)
        if declared is not None and self.is_usable(declared):
            self.needed.add(declared)
            variable = self.variables[declared]
            return variable if declared.kind in TYPE_KINDS else f"{variable}.type({quote(declared.name)})"
        return PythonCall(self._use("Type"), (quote(spelling),))

    def _write_reference(self, reference: Reference) -> PythonNode:
        place = (reference.schema or "public", reference.table)
        identity = Identity("table", *place)
        is_short = not reference.columns
        if is_short and identity in self.variables and self.is_usable(identity):
            self.needed.add(identity)
            return self.variables[identity]
        if is_short and identity not in self.variables and place in self.platform_tables:
            name = self.platform_tables[place]
            self.used_of_platform.add(name)
            return name
        columns = () if is_short else (list_of(map(quote, reference.columns)),)
        if identity in self.variables and self.is_usable(identity):
            self.needed.add(identity)
            return PythonCall(self._use("Reference"), (self.variables[identity], *columns))
        schema: dict[str, PythonNode] = {} if place[0] == self._schema else {"schema": quote(place[0])}
        return PythonCall(self._use("Reference"), (quote(reference.table), *columns), schema)

    def _write_column_reference(self, reference: Reference) -> PythonNode:
        return PythonCall(self._use("Reference"), (quote(reference.table), *map(quote, reference.columns)))

    def _write_function(self, function: Function) -> PythonNode:
        identity = Identity("function", function.schema, function.name, ())
        if identity in self.variables and self.is_usable(identity):
            self.needed.add(identity)
            return self.variables[identity]
        schema: dict[str, PythonNode] = (
            {} if function.schema == "public" else {"schema": quote(function.schema)}
        )
        return PythonCall(self._use("Function"), (quote(function.name),), schema)

    def _write_grants(self, root: AssembledRoot) -> dict[str, PythonNode]:
        written = write_privileges(root)
        grants = written.get("grants")
        if isinstance(grants, PythonList) and grants.items:
            shared = self.shared.get(layout(grants))
            if shared is None:
                self._use("Grant")
            else:
                self.used_shared.add(shared.name)
                written["grants"] = shared.name
        elif self.writes_no_grants and isinstance(root.item, Table) and root.item.existing is None:
            written.setdefault("grants", list_of(()))
        return written

    def _use(self, name: str) -> str:
        self.used.add(name)
        return name


def _sort_keywords(keywords: Mapping[str, PythonNode], places: Mapping[str, int]) -> dict[str, PythonNode]:
    """Return the arguments of a call by their places."""
    return dict(sorted(keywords.items(), key=lambda pair: places.get(pair[0], 3)))


def _simplify_domain_check(expression: Sql) -> Sql:
    """Return the check of a domain as people write it, with VALUE in upper case."""
    return Sql(
        _VALUE.sub(lambda found: found[0].upper() if found[1] else found[0], simplify_condition(expression))
    )


def _write_marks(root: AssembledRoot) -> Iterable[tuple[str, PythonNode]]:
    """Yield the arguments that mark indexes."""
    for mark in root.parts.get(IndexMark.kind, ()):
        yield MARK_FIELDS[mark.name], quote(mark.index)


def _get_default(field: Any) -> Any:
    default = field.default
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]
        return default.factory()
    return default


def _is_filled_in(item: Any, name: str) -> bool:
    """Return whether a class gives an attribute the same value without being told."""
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


def _read_arguments(item: Any) -> dict[str, Any]:
    return {
        field.name: getattr(item, field.name)
        for field in attrs.fields(type(item))
        if field.init and field.name not in {"name", "body", "origin"} and field.kw_only
    }
