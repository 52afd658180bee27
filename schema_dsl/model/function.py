"""Functions."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Final, Literal, Self, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import Argument, name_type, parse_arguments
from schema_dsl.model.changes import Changes, to_changes
from schema_dsl.model.grant import Grant, Grantee, to_grants, to_optional_grantees
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.sql_file import find_file
from schema_dsl.sql import Sql, identifier, require_storable

Volatility: TypeAlias = Literal["volatile", "stable", "immutable"]
Parallel: TypeAlias = Literal["unsafe", "restricted", "safe"]
ArgumentSource: TypeAlias = str | Argument | Iterable[str | Argument]

_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "volatility": ("volatile", "stable", "immutable"),
    "parallel": ("unsafe", "restricted", "safe"),
}


def _validate_name(value: str) -> str:
    return validate_name(value, "function")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_arguments(value: ArgumentSource) -> tuple[Argument, ...]:
    return parse_arguments(value, "function")


def _to_support(value: str | Sql | None) -> Sql | None:
    if value is None or isinstance(value, Sql):
        return value
    return identifier(validate_name(value, "support function"))


def _to_transforms(value: str | Iterable[str]) -> tuple[Sql, ...]:
    return tuple(map(Sql, (value,) if isinstance(value, str) else value))


def _to_returns(value: str) -> Sql:
    return Sql(value)


def to_body(value: str | None) -> Sql | None:
    """Convert the text of a body, whose indentation does not count, to SQL.

    Raises:
        DefinitionError: If the body is not text, or cannot be stored.
    """
    if value is None or isinstance(value, Sql):
        return value
    text: Any = value
    if not isinstance(text, str) or not text.strip():
        raise DefinitionError(
            f"body must be the text of the function, not {value!r}", instead='Write body="...".'
        )
    try:
        return Sql(require_storable(f"\n{textwrap.dedent(text).strip()}\n"))
    except ValueError as error:
        raise DefinitionError(f"body: {error}", instead="Remove the character from the body.") from error


def to_settings(value: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Convert settings to pairs of name and value, sorted by name.

    Raises:
        DefinitionError: If a setting is not a pair of texts.
    """
    pairs: list[Any] = list(value.items() if isinstance(value, Mapping) else value)
    for pair in pairs:
        if not isinstance(pair, tuple) or not all(isinstance(part, str) for part in pair):
            raise DefinitionError(
                f"set takes names and values as text, not {pair!r}", instead='Write set={"search_path": ""}.'
            )
    return tuple(sorted((name.lower(), text) for name, text in pairs))


def validate_choice(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Raise DefinitionError if an attribute has none of its possible values."""
    choices = _CHOICES[attribute.name]
    if value not in choices:
        raise DefinitionError(
            f"{attribute.name} cannot be {value!r}", instead=f"Use one of: {', '.join(choices)}."
        )


@attrs.frozen
class Function(SchemaObject):
    """A function. A function with a body is created by a migration; a function without a body exists already.

    Attributes:
        name: The name.
        schema: The schema.
        arguments: The arguments as in CREATE FUNCTION, one or several: `"uuid"`, `"amount numeric DEFAULT 0"`.
        returns: The SQL type of the result, such as "boolean", "SETOF text" or "TABLE (id bigint)".
        body: The text of the function, from AS to its end, or `BEGIN ATOMIC ... END`, or `RETURN ...`.
        language: The language.
        volatility: "volatile", "stable" or "immutable".
        strict: Whether the result is NULL if an argument is NULL.
        security_definer: Whether the function runs with the privileges of its owner.
        leakproof: Whether the function is LEAKPROOF, which only a superuser may declare.
        parallel: "unsafe", "restricted" or "safe".
        cost: The estimated cost of a call; by default that of Postgres.
        rows: The estimated number of rows of a result set; by default that of Postgres.
        window: Whether the function is a window function, which OVER follows in a query.
        support: The planner support function, which only a superuser may declare: a name in pg_catalog, or SQL.
        transforms: The types for which the function uses transforms: `"jsonb"`, `["jsonb", "hstore"]`.
        library: The file of a function in the language C, whose body is the name of its symbol. Only a superuser may
            declare such a function, or one in the language internal.
        set: Settings while the function runs, such as {"search_path": ""}.
        execute: The roles that may execute the function. All others, PUBLIC included, may not from its creation on.
            By default, the privileges are not managed.
        changes: The rows, by table, that a caller may change through the function:
            `[Changes("members", may("insert", rows="own"))]`. The function has the privileges of its owner, and returns
            nothing. `verify` tries it.
        grants: Further privileges, such as `Grant("execute", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the function.

    Raises:
        DefinitionError: If an argument, a setting or an option is not as CREATE FUNCTION takes it.
    """

    kind: ClassVar[str] = "function"
    privilege_fields: ClassVar[tuple[str, ...]] = ("execute",)

    name: str = attrs.field(converter=_validate_name)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    arguments: tuple[Argument, ...] = attrs.field(default=(), converter=_to_arguments, kw_only=True)
    returns: Sql = attrs.field(default=Sql("trigger"), converter=_to_returns, kw_only=True)
    body: Sql | None = attrs.field(default=None, converter=to_body, kw_only=True)
    language: str = attrs.field(default="plpgsql", kw_only=True)
    volatility: Volatility = attrs.field(default="volatile", validator=validate_choice, kw_only=True)
    strict: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    security_definer: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    leakproof: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    parallel: Parallel = attrs.field(default="unsafe", validator=validate_choice, kw_only=True)
    cost: float | None = attrs.field(default=None, kw_only=True)
    rows: float | None = attrs.field(default=None, kw_only=True)
    window: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    support: Sql | None = attrs.field(default=None, converter=_to_support, kw_only=True)
    transforms: tuple[Sql, ...] = attrs.field(default=(), converter=_to_transforms, kw_only=True)
    library: str | None = attrs.field(default=None, kw_only=True)
    set: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=to_settings, kw_only=True)
    execute: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    changes: tuple[Changes, ...] | None = attrs.field(default=None, converter=to_changes, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for options that only a function with a body has."""
        if self.body is None and (self.execute is not None or self.grants is not None):
            given = "grants" if self.execute is None else "execute"
            raise DefinitionError(
                f"function {self.name} has {given}=, but no body: a function without a body exists already",
                where=format_origin(self),
                instead=f"Add the body, or remove {given}=.",
            )
        if self.changes is not None and not (self.security_definer and self.returns.lower() == "void"):
            raise DefinitionError(
                f"function {self.name} has changes=, but is not SECURITY DEFINER with the result void",
                where=format_origin(self),
                instead="Remove changes=: without SECURITY DEFINER, the access of the tables says what a caller may "
                "change. `verify` cannot try the result of a function yet: let the function return void.",
            )
        if (self.library is None) != (self.language.lower() != "c") and self.body is not None:
            raise DefinitionError(
                f"function {self.name} needs library= exactly if its language is c",
                where=format_origin(self),
                instead='Write language="c", library="file", body="symbol".',
            )
        self.record()

    @property
    def existing(self) -> tuple[()] | None:
        """An empty tuple for a function that exists already; None for one that a migration creates."""
        return () if self.body is None else None

    @property
    def is_reference(self) -> bool:
        """Return whether the declaration only names a function that exists."""
        return self.body is None

    @property
    def identity(self) -> Identity:
        """The identity of the function, with the types of the arguments that a call passes."""
        types = tuple(
            name_type(argument.type, self.schema) for argument in self.arguments if argument.is_input
        )
        return Identity(self.kind, self.schema, self.name, types)

    @classmethod
    def from_file(
        cls,
        path: str,
        *,
        execute: Iterable[Grantee] | None = None,
        changes: Changes | Iterable[Changes] | None = None,
        grants: Grant | Sequence[Grant] | None = None,
        owner: Grantee | None = None,
        comment: str | None = None,
    ) -> Self:
        """Declare the function of the CREATE FUNCTION statement in a file.

        Args:
            path: The path from the folder of the module that calls.
            execute: The roles that may execute the function, which the statement does not say.
            changes: The changes that a caller may make through the function.
            grants: Further privileges.
            owner: The role that owns the function.
            comment: The comment.

        Raises:
            DefinitionError: If the file does not exist, or is not one such statement.
        """
        from schema_dsl.model.from_sql.routine_file import read_routine_file  # noqa: PLC0415 - it reads this class

        values = read_routine_file(find_file(path), cls.kind)
        return cls(**values, execute=execute, changes=changes, grants=grants, owner=owner, comment=comment)
