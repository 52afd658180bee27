"""Constraints: primary key, unique, check, foreign key, exclusion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, cast

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.column import ReferentialAction, validate_action
from schema_dsl.model.expression import DefaultValue, to_sql, value_to_sql
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_former_name,
    to_names,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.index import IndexElement, IndexMethod, get_key
from schema_dsl.model.parameters import Parameters, to_parameters
from schema_dsl.model.reference import ReferenceTarget, validate_target
from schema_dsl.sql import Sql


def _validate_name(value: str) -> str:
    return validate_name(value, "constraint") if value != "" else ""


def _to_columns(value: str | Iterable[str]) -> tuple[str, ...]:
    columns = to_names(value)
    if not columns:
        raise DefinitionError("a constraint needs at least one column", instead='Write ["column", ...].')
    return columns


def _to_distinct_columns(value: str | Iterable[str]) -> tuple[str, ...]:
    columns = _to_columns(value)
    if len(set(columns)) != len(columns):
        raise DefinitionError(
            f"a key names a column twice: {', '.join(columns)}", instead="Name each column once."
        )
    return columns


def _to_elements(
    value: Iterable[tuple[str | Sql | IndexElement, str] | list[str]],
) -> tuple[tuple[str | Sql | IndexElement, str], ...]:
    pairs: tuple[Any, ...] = tuple(value)
    for pair in pairs:
        if (
            not isinstance(pair, list | tuple)
            or len(pair) != 2  # noqa: PLR2004
            or not isinstance(pair[0], str | IndexElement)
            or not isinstance(pair[1], str)
        ):
            raise DefinitionError(
                f"an exclusion takes (column, operator) pairs, not {pair!r}",
                instead='Write Exclusion([("room", "="), ("during", "&&")]).',
            )
    if not pairs:
        raise DefinitionError(
            "an exclusion needs at least one (column, operator) pair",
            instead='Write Exclusion([("room", "="), ("during", "&&")]).',
        )
    return tuple((_to_element(on), operator) for on, operator in pairs)


def _to_element(on: str | Sql | IndexElement) -> str | Sql | IndexElement:
    """Reduce an element without options to its column or expression."""
    return on.on if isinstance(on, IndexElement) and on == IndexElement(on.on) else on


def _to_check_expression(value: str) -> Sql:
    return to_sql(value, "a check")


def _to_where(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "where")


def _to_example_rows(value: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    return (value,) if isinstance(value, Mapping) else tuple(value)


def _to_backfill(
    value: Mapping[str, DefaultValue] | tuple[tuple[str, Any], ...],
) -> tuple[tuple[str, Any], ...]:
    if not isinstance(value, Mapping | tuple):
        raise DefinitionError(
            f"backfill of a constraint must say which column gets which value, not {value!r}",
            instead=f'Write a mapping from column to value: backfill={{"column": {value!r}}}.',
        )
    pairs: Any = value.items() if isinstance(value, Mapping) else value
    for column, given in pairs:
        validate_name(column, "column")
        if given is None:
            raise DefinitionError(
                f"backfill of column {column} is None", instead='Write sql("NULL") to set the column to NULL.'
            )
    return tuple(pairs)


def _validate_action_field(_: Any, attribute: attrs.Attribute[str], value: str) -> None:
    validate_action(attribute.name, value)


def _validate_target_field(_: Any, __: Any, value: Any) -> None:
    validate_target(value)


@attrs.frozen
class _ConstraintBase:
    """The attributes of all constraints; an empty name stands for the name that Postgres chooses."""

    name: str = attrs.field(default="", converter=_validate_name, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)


@attrs.frozen
class _Deferrable(_ConstraintBase):
    deferrable: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    initially_deferred: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Normalize: INITIALLY DEFERRED implies DEFERRABLE."""
        if self.initially_deferred and not self.deferrable:
            object.__setattr__(self, "deferrable", True)


@attrs.frozen
class _UniqueKey(_Deferrable):
    columns: tuple[str, ...] = attrs.field(converter=_to_distinct_columns)
    without_overlaps: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    include: tuple[str, ...] = attrs.field(default=(), converter=to_names, kw_only=True)
    parameters: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for WITHOUT OVERLAPS that Postgres rejects."""
        super().__attrs_post_init__()
        if self.without_overlaps and len(self.columns) == 1:
            raise DefinitionError(
                f"a key on {self.columns[0]} alone cannot be WITHOUT OVERLAPS",
                instead="Name the columns that must be equal before the range, or use Exclusion.",
            )


@attrs.frozen
class PrimaryKey(_UniqueKey):
    """A primary key with several columns or an explicit name.

    Attributes:
        columns: The columns: one name or several.
        without_overlaps: Whether the last column is a range, and rows with equal other columns may not overlap in it;
            since PostgreSQL 18.
        include: The columns of INCLUDE.
        parameters: The storage parameters of the index, such as {"fillfactor": 70}.
        name: The name, by default the name that Postgres chooses.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the constraint.
        deferrable: Whether the constraint is DEFERRABLE.
        initially_deferred: Whether the constraint is INITIALLY DEFERRED.
        origin: The line that declares the constraint.
    """

    kind: ClassVar[str] = "primary_key"


@attrs.frozen
class Unique(_UniqueKey):
    """A unique constraint.

    Attributes:
        columns: The columns: one name or several.
        without_overlaps: Whether the last column is a range, and rows with equal other columns may not overlap in it;
            since PostgreSQL 18.
        include: The columns of INCLUDE.
        parameters: The storage parameters of the index, such as {"fillfactor": 70}.
        nulls_not_distinct: Whether NULL equals NULL, so that only one row has NULL; since PostgreSQL 15.
        name: The name, by default the name that Postgres chooses.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the constraint.
        deferrable: Whether the constraint is DEFERRABLE.
        initially_deferred: Whether the constraint is INITIALLY DEFERRED.
        origin: The line that declares the constraint.
    """

    kind: ClassVar[str] = "unique"
    nulls_not_distinct: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)


@attrs.frozen
class Check(_ConstraintBase):
    """A condition that no row violates.

    The proof of constraints derives example rows from the expression. `accepts` and `refuses` supply example rows
    for an expression that is too complex for this.

    Attributes:
        expression: The condition in SQL.
        no_inherit: Whether the constraint is NO INHERIT: it does not apply to the tables that inherit from the table.
        validated: Whether Postgres has checked the rows that existed before. With False the constraint stays NOT VALID.
        enforced: Whether Postgres checks new rows; NOT ENFORCED since PostgreSQL 18.
        accepts: Rows, as column to value, that satisfy the condition.
        refuses: Rows, as column to value, that violate the condition.
        name: The name, by default the name that Postgres chooses.
        comment: The comment.
        backfill: The values that rows get which violate the condition, as column to value: a Python value, or SQL as
            `sql("...")`. It has an effect once: in the migration that adds or changes the condition.
        renamed_from: The former name. It has an effect once: in the migration that renames the constraint.
        origin: The line that declares the constraint.
    """

    kind: ClassVar[str] = "check"
    expression: Sql = attrs.field(converter=_to_check_expression)
    no_inherit: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    validated: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    enforced: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    accepts: tuple[Mapping[str, Any], ...] = attrs.field(
        default=(), converter=_to_example_rows, eq=False, kw_only=True
    )
    refuses: tuple[Mapping[str, Any], ...] = attrs.field(
        default=(), converter=_to_example_rows, eq=False, kw_only=True
    )

    # The type of the column decides how a Python value becomes SQL, so `backfill_to_sql` completes the conversion.
    backfill: tuple[tuple[str, Any], ...] = attrs.field(
        default=(), converter=_to_backfill, eq=False, kw_only=True
    )

    def __attrs_post_init__(self) -> None:
        """Normalize: a constraint that is not enforced is not validated."""
        if not self.enforced:
            object.__setattr__(self, "validated", False)


def backfill_to_sql(check: Check, types: Mapping[str, str]) -> tuple[tuple[str, Sql], ...]:
    """Return the values of `backfill=` as SQL.

    Args:
        check: The constraint.
        types: The types of the known columns of the table, by name.

    Raises:
        DefinitionError: If a value has no SQL constant, or is a str that looks like SQL.
    """
    converted = []
    for column, value in check.backfill:
        known = types.get(column, "jsonb" if isinstance(value, dict | list) else "text")
        try:
            converted.append((column, cast("Sql", value_to_sql(value, known, "backfill"))))
        except DefinitionError as error:
            error.where = format_origin(check)
            raise
    return tuple(converted)


@attrs.frozen
class ForeignKey(_Deferrable):
    """A foreign key.

    Attributes:
        columns: The referencing columns: one name or several.
        references: The referenced table, or `Reference(table, columns)`; by default its primary key.
        on_delete: The ON DELETE action.
        on_update: The ON UPDATE action.
        on_delete_columns: The columns that ON DELETE SET NULL or SET DEFAULT sets, by default all; since PostgreSQL 15.
        match_full: Whether the key is MATCH FULL: its columns are NULL together or not at all.
        period: Whether the last column is a range, which the rows of the referenced table must cover; since
            PostgreSQL 18.
        validated: Whether Postgres has checked the rows that existed before. With False the key stays NOT VALID.
        enforced: Whether Postgres checks new rows; NOT ENFORCED since PostgreSQL 18.
        name: The name, by default the name that Postgres chooses.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the constraint.
        deferrable: Whether the constraint is DEFERRABLE.
        initially_deferred: Whether the constraint is INITIALLY DEFERRED.
        origin: The line that declares the constraint.
    """

    kind: ClassVar[str] = "foreign_key"
    columns: tuple[str, ...] = attrs.field(converter=_to_columns)
    references: ReferenceTarget = attrs.field(validator=_validate_target_field)
    on_delete: ReferentialAction = attrs.field(
        default="no action", validator=_validate_action_field, kw_only=True
    )
    on_update: ReferentialAction = attrs.field(
        default="no action", validator=_validate_action_field, kw_only=True
    )
    on_delete_columns: tuple[str, ...] = attrs.field(default=(), converter=to_names, kw_only=True)
    match_full: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    period: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    validated: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    enforced: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Normalize, and raise DefinitionError for values that Postgres rejects."""
        super().__attrs_post_init__()
        if not self.enforced:
            object.__setattr__(self, "validated", False)
        if self.on_delete_columns and self.on_delete not in {"set null", "set default"}:
            raise DefinitionError(
                f"on_delete_columns says which columns ON DELETE sets, but on_delete is {self.on_delete!r}",
                instead='Write on_delete="set null" or on_delete="set default", or remove on_delete_columns.',
            )
        if not set(self.on_delete_columns) <= set(self.columns):
            raise DefinitionError(
                f"on_delete_columns names {', '.join(sorted(set(self.on_delete_columns) - set(self.columns)))},"
                " which is no column of the foreign key",
                instead=f"Choose from: {', '.join(self.columns)}.",
            )
        actions = {self.on_delete, self.on_update}
        if self.period and actions != {"no action"}:
            raise DefinitionError(
                f"a foreign key with period= cannot have the action {(actions - {'no action'}).pop()!r}",
                instead="Remove on_delete= and on_update=: Postgres refuses the change of rows that are still needed.",
            )


@attrs.frozen
class Exclusion(_Deferrable):
    """An exclusion constraint: no two rows for which every operator returns true.

    Attributes:
        elements: Pairs of a column, an expression as `sql("...")` or an IndexElement, and an operator.
        method: The index method.
        include: The columns of INCLUDE.
        parameters: The storage parameters of the index, such as {"fillfactor": 70}.
        where: The predicate of a partial exclusion constraint.
        name: The name, by default the name that Postgres chooses.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the constraint.
        deferrable: Whether the constraint is DEFERRABLE.
        initially_deferred: Whether the constraint is INITIALLY DEFERRED.
        origin: The line that declares the constraint.
    """

    kind: ClassVar[str] = "exclusion"
    elements: tuple[tuple[str | Sql | IndexElement, str], ...] = attrs.field(converter=_to_elements)
    method: IndexMethod = attrs.field(default="gist", kw_only=True)
    include: tuple[str, ...] = attrs.field(default=(), converter=to_names, kw_only=True)
    parameters: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)
    where: Sql | None = attrs.field(default=None, converter=_to_where, kw_only=True)

    @property
    def keys(self) -> tuple[str | Sql, ...]:
        """The columns and expressions of the elements."""
        return tuple(get_key(element) for element, _ in self.elements)
