"""The types of the fixtures that are functions, for the annotations of tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from schema_dsl.model.access import Permission


class AsRole(Protocol):
    """The type of the fixture `as_role`: `with as_role("authenticated", sub=user) as cursor:` opens a transaction."""

    def __call__(
        self, role: str, *, sub: UUID | str | None = None, claims: Mapping[str, Any] | str | None = None
    ) -> AbstractContextManager[psycopg.Cursor[tuple[Any, ...]]]:
        """Open a transaction as the role with the request claims; `sub` adds the id of the caller."""


class RowFactory(Protocol):
    """The type of the fixture `row_factory`: `row_factory("notes", body="mine")` inserts and returns a valid row."""

    def __call__(
        self, table: str, /, *, as_user: UUID | str | None = None, as_role: str | None = None, **given: Any
    ) -> dict[str, Any]:
        """Insert a row. Columns that are not given get values that satisfy types, constraints and foreign keys.

        By default a superuser inserts the row. With `as_user` or `as_role`, the row itself is inserted as that user or
        role, under its privileges and policies; the rows that it refers to are still inserted by a superuser. A column
        that must refer to a user, and is not given, then refers to that user.
        """


class AssertAccess(Protocol):
    """The type of the fixture `assert_access`: `assert_access("notes")` tries the access to a table."""

    def __call__(
        self, table: str, /, *, own: str | None = None, **roles: Permission | Sequence[Permission]
    ) -> None:
        """Fail if the access differs from `access=` of the definitions, or from the access that is stated here.

        The access is stated as in `Access(...)`: `own="user_id", authenticated=may("select", rows="own")`. Roles that
        are not named may do nothing.
        """
