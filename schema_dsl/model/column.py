"""Columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias, cast

import attrs

from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.expression import DefaultValue, Predicate, to_sql, value_to_sql
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    to_collation,
    to_former_name,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.not_null_name import to_constraint_name
from schema_dsl.model.parameters import Parameters, to_parameters
from schema_dsl.model.reference import validate_target
from schema_dsl.model.sequence_options import SequenceOptions
from schema_dsl.model.serial import find_serial_base
from schema_dsl.model.type import Type, require_type, to_type
from schema_dsl.sql import Sql

if TYPE_CHECKING:
    from schema_dsl.model.reference import ReferenceTarget

IdentityKind: TypeAlias = Literal["always", "by default"]
StorageMode: TypeAlias = Literal["plain", "external", "extended", "main"]
CompressionMethod: TypeAlias = Literal["pglz", "lz4"]
ReferentialAction: TypeAlias = Literal["no action", "restrict", "cascade", "set null", "set default"]

IDENTITY_KINDS: Final[tuple[IdentityKind, ...]] = ("always", "by default")
STORAGE_MODES: Final[tuple[StorageMode, ...]] = ("plain", "external", "extended", "main")
COMPRESSION_METHODS: Final[tuple[CompressionMethod, ...]] = ("pglz", "lz4")
REFERENTIAL_ACTIONS: Final[tuple[ReferentialAction, ...]] = (
    "no action",
    "restrict",
    "cascade",
    "set null",
    "set default",
)


# The parameter type of a converter is the type of the constructor's parameter for type checkers.
def _validate_name(value: str) -> str:
    return validate_name(value, "column")


def _accept_default(value: DefaultValue | None) -> Sql | None:
    # The conversion depends on the type of the column, so __attrs_post_init__ completes it.
    return cast("Sql | None", value)


def _to_checks(value: Predicate | Sql | Sequence[Predicate | Sql] | None) -> tuple[Predicate | Sql, ...]:
    checks: tuple[Any, ...] = (
        tuple(value) if isinstance(value, list | tuple) else () if value is None else (value,)
    )
    for check in checks:
        if not isinstance(check, Predicate | Sql):
            raise DefinitionError(
                f"check must be a predicate such as one_of(...) or SQL, not {check!r}",
                instead='Write SQL as sql("...").',
            )
    return checks


def _to_generated(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "generated")


def _to_using(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "using")


def _to_sequence(value: SequenceOptions | None) -> SequenceOptions | None:
    if value is None:
        return None
    if not isinstance(value, SequenceOptions):
        raise DefinitionError(
            f"sequence must be SequenceOptions(...), not {value!r}",
            instead="Write sequence=SequenceOptions(start=1000).",
        )
    return None if value == SequenceOptions() else value


def _validate_statistics(_: object, __: attrs.Attribute[Any], value: Any) -> None:
    is_target = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_STATISTICS
    if value is not None and not is_target:
        raise DefinitionError(
            f"statistics must be a number from 0 to {_MAX_STATISTICS}, not {value!r}",
            instead="Leave statistics out for the target that the server is set to.",
        )


_MAX_STATISTICS: Final = 10000


@attrs.frozen
class Column:
    """A column of a table.

    Attributes:
        name: The name.
        type: The type, such as `text`, `Type("numeric(10, 2)")` or a declared type.
        not_null: Whether the column is NOT NULL.
        not_null_name: The name of the NOT NULL constraint, by default the one that Postgres chooses. Since Postgres 18;
            older servers have no such names.
        default: The default: a Python value, which becomes a constant, or SQL as `sql("...")` or `now()`.
        generated: The expression of a generated column.
        virtual: Whether the values of a generated column are computed when they are read, and not stored. Since
            Postgres 18.
        identity: "always" or "by default" for an identity column.
        sequence: The options of the sequence of an identity column, such as `SequenceOptions(start=1000)`.
        collation: The collation, by default that of the type: a Collation, a name, or SQL for one that is not on the
            search path, such as `sql("app.german")`.
        storage: The storage mode of long values, by default that of the type.
        compression: The compression method of long values, by default the one that the server is set to.
        statistics: The statistics target of ANALYZE, by default the one that the server is set to.
        options: The options of the column: `{"n_distinct": -0.5}`.
        comment: The comment.
        primary_key: Whether the column is in the primary key.
        unique: Whether the column has a unique constraint, with the name that Postgres chooses.
        check: Predicates or SQL conditions, each a check constraint with the name that Postgres chooses.
        references: Target of a foreign key, with the name that Postgres chooses.
        on_delete: ON DELETE action of the foreign key.
        on_update: ON UPDATE action of the foreign key.
        using: How a change of the type converts the values, as SQL such as `"created_at AT TIME ZONE 'UTC'"`. It has
            an effect once: in the migration that changes the type.
        backfill: The value that rows get whose value a migration no longer allows: NULL when the column becomes NOT
            NULL, or a value that violates a new `check`. A Python value, or SQL as `sql("...")`. It has an effect once.
        renamed_from: The former name. It has an effect once: in the migration that renames the column.
        origin: The line that declares the column.

    Raises:
        DefinitionError: If the name is invalid, or arguments contradict each other.
    """

    kind: ClassVar[str] = "column"

    name: str = attrs.field(converter=_validate_name)
    type: Type = attrs.field(converter=to_type)
    not_null: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    not_null_name: str | None = attrs.field(default=None, converter=to_constraint_name, kw_only=True)
    default: Sql | None = attrs.field(default=None, converter=_accept_default, kw_only=True)
    generated: Sql | None = attrs.field(default=None, converter=_to_generated, kw_only=True)
    virtual: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    identity: IdentityKind | None = attrs.field(default=None, kw_only=True)
    sequence: SequenceOptions | None = attrs.field(default=None, converter=_to_sequence, kw_only=True)
    collation: Sql | None = attrs.field(default=None, converter=to_collation, kw_only=True)
    storage: StorageMode | None = attrs.field(default=None, kw_only=True)
    compression: CompressionMethod | None = attrs.field(default=None, kw_only=True)
    statistics: int | None = attrs.field(default=None, validator=_validate_statistics, kw_only=True)
    options: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    primary_key: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    unique: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    check: tuple[Predicate | Sql, ...] = attrs.field(default=(), converter=_to_checks, kw_only=True)
    references: ReferenceTarget | None = attrs.field(default=None, kw_only=True)
    on_delete: ReferentialAction = attrs.field(default="no action", kw_only=True)
    on_update: ReferentialAction = attrs.field(default="no action", kw_only=True)
    using: Sql | None = attrs.field(default=None, converter=_to_using, eq=False, kw_only=True)
    backfill: Sql | None = attrs.field(default=None, converter=_accept_default, eq=False, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Convert the default, and validate the arguments together."""
        require_type(self.type, f"the type of column {self.name}")
        for name in ("default", "backfill"):
            value: Any = getattr(self, name)
            if value is not None and not isinstance(value, Sql):
                object.__setattr__(self, name, value_to_sql(value, self.type.sql, name))
        if self.backfill is not None and not (self.not_null or self.check):
            raise DefinitionError(
                f"column {self.name} has backfill=, but is not NOT NULL and has no check",
                instead="Add not_null=True or check=, or remove backfill=.",
            )
        if (self.default, self.generated, self.identity).count(None) < _MIN_UNSET_SOURCES:
            raise DefinitionError(
                f"column {self.name} has more than one of default, generated and identity",
                instead="Keep one of them.",
            )
        self._validate_settings()
        if self.references is not None:
            validate_target(self.references)
        if self.on_delete != REFERENTIAL_ACTIONS[0] or self.on_update != REFERENTIAL_ACTIONS[0]:
            self._validate_actions()

    def _validate_settings(self) -> None:
        for what, value, allowed in (
            ("identity", self.identity, IDENTITY_KINDS),
            ("storage", self.storage, STORAGE_MODES),
            ("compression", self.compression, COMPRESSION_METHODS),
        ):
            if value is not None and value not in allowed:
                raise DefinitionError(
                    f"{what} of column {self.name} cannot be {value!r}",
                    instead=f"Use one of: {', '.join(allowed)}.",
                )
        for what, needed, is_missing in (
            ("virtual=True", "generated", self.virtual and self.generated is None),
            ("sequence", "identity", self.sequence is not None and self.identity is None),
            ("not_null_name", "not_null", self.not_null_name is not None and not self.is_not_null),
        ):
            if is_missing:
                raise DefinitionError(
                    f"column {self.name} has {what}, but no {needed}",
                    instead=f"Add {needed}=..., or remove {what}.",
                )

    @property
    def is_not_null(self) -> bool:
        """Return whether the column is NOT NULL: by declaration, or as a key, an identity column or a serial column."""
        return (
            self.not_null
            or self.primary_key
            or self.identity is not None
            or find_serial_base(self.type.sql) is not None
        )

    def _validate_actions(self) -> None:
        if self.references is None:
            raise DefinitionError(
                f"column {self.name} has on_delete or on_update, but no references",
                instead="Add references=..., or remove on_delete and on_update.",
            )
        for what, action in (("on_delete", self.on_delete), ("on_update", self.on_update)):
            validate_action(what, action)


# At least two of default, generated and identity must be None.
_MIN_UNSET_SOURCES: Final = 2


def validate_action(what: str, action: object) -> None:
    """Raise DefinitionError if the value is not an action of a foreign key.

    Args:
        what: "on_delete" or "on_update".
        action: The value.
    """
    if action not in REFERENTIAL_ACTIONS:
        raise DefinitionError(
            f"{what} cannot be {action!r}",
            instead=suggest_similar(
                str(action), REFERENTIAL_ACTIONS, f"Use one of: {', '.join(REFERENTIAL_ACTIONS)}.", repr
            ),
        )
