"""Domains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.constraint import Check
from schema_dsl.model.expression import DefaultValue, Predicate, value_to_sql
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import (
    Origin,
    copy_with,
    find_origin,
    format_origin,
    to_collation,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.type import DeclaredType, Type, require_type, to_type
from schema_dsl.sql import Sql

DomainCheck: TypeAlias = Predicate | Sql | Check


def _validate_name(value: str) -> str:
    return validate_name(value, "domain")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _validate_base(_: Any, __: Any, value: Any) -> None:
    require_type(value, "the base of a domain")


def _accept_default(value: DefaultValue | None) -> Any:
    # The conversion depends on the base type, so __attrs_post_init__ completes it.
    return value


def _to_checks(value: DomainCheck | Sequence[DomainCheck]) -> tuple[Check, ...]:
    checks: list[Check] = []
    for check in value if isinstance(value, list | tuple) else (value,):
        if isinstance(check, Check):
            checks.append(check)
        elif isinstance(check, Predicate | Sql):
            checks.append(Check(check if isinstance(check, Sql) else Sql(check.on("value")), origin=None))
        else:
            raise DefinitionError(
                f"check must be a predicate such as one_of(...), SQL or Check(...), not {check!r}",
                instead='Write SQL with VALUE for the value: sql("VALUE > 0").',
            )
    return tuple(checks)


@attrs.frozen
class Domain(DeclaredType):
    """A domain: a type with conditions of its own. A column has it as its type: `Column("email", email)`.

    Attributes:
        name: The name.
        base: The type that the domain restricts.
        collation: The collation, by default that of the type: a Collation, a name, or SQL for one that is not on the
            search path, such as `sql("app.german")`.
        not_null: Whether the domain refuses NULL.
        default: The default of columns without one: a Python value, which becomes a constant, or SQL as `sql("...")`.
        check: Conditions on the value: predicates, SQL with VALUE for the value, or `Check("VALUE > 0", name=...)`.
        schema: The schema.
        usage: The roles that may name the type, such as in CREATE TABLE. All others, PUBLIC included, may not. By
            default, the privileges are not managed.
        grants: Further privileges, such as `Grant("usage", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the domain.

    Raises:
        DefinitionError: If the base is not a type, or Postgres rejects a check or its name.
    """

    kind: ClassVar[str] = "domain"

    name: str = attrs.field(converter=_validate_name)
    base: Type = attrs.field(converter=to_type, validator=_validate_base)
    collation: Sql | None = attrs.field(default=None, converter=to_collation, kw_only=True)
    not_null: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    default: Sql | None = attrs.field(default=None, converter=_accept_default, kw_only=True)
    check: tuple[Check, ...] = attrs.field(default=(), converter=_to_checks, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Convert the default, and give each check a name."""
        default: Any = getattr(self, "default")  # noqa: B009 - mypy takes the attribute for converted
        object.__setattr__(self, "default", value_to_sql(default, self.base.sql))
        object.__setattr__(self, "check", self._name_checks())
        self.record()

    def _name_checks(self) -> tuple[Check, ...]:
        """Return the checks with the names that Postgres would choose, sorted by name as in the catalog."""
        used = {check.name for check in self.check}
        named: dict[str, Check] = {}
        for check in self.check:
            if check.backfill:
                raise DefinitionError(
                    f"a check of domain {self.name} has backfill=",
                    where=format_origin(self),
                    instead="Correct the values of the columns of the domain in a migration before.",
                )
            if check.no_inherit or not check.enforced:
                raise DefinitionError(
                    f"a check of domain {self.name} is NO INHERIT or NOT ENFORCED, which only checks of tables can be",
                    where=format_origin(self),
                    instead="Remove no_inherit= or enforced=.",
                )
            if check.name in named:
                raise DefinitionError(
                    f"domain {self.name} has check {check.name} twice",
                    where=format_origin(self),
                    instead="Rename or remove one of the two.",
                )
            name = check.name or choose_default_name(self.name, [], "check", used.__contains__)
            used.add(name)
            named[name] = copy_with(check, name=name)
        return tuple(named[name] for name in sorted(named))
