"""Fixtures for a project's own tests: a migrated database, roles as the API has them, and rows to look at.

Loaded by pytest itself where this package is installed. Nothing heavy is imported until a fixture is used.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from schema_dsl.pipeline import Project
    from schema_dsl.postgres import Database, Server
    from schema_dsl.verify import Scratch


class AsRole(Protocol):
    """`with as_role("authenticated", sub=user) as cursor:`, one transaction as that role."""

    def __call__(
        self, role: str, *, sub: UUID | str | None = None, claims: Mapping[str, Any] | str | None = None
    ) -> AbstractContextManager[psycopg.Cursor[tuple[Any, ...]]]:
        """Become the role, with the claims of a request; a `sub` is one of them."""


class RowFactory(Protocol):
    """`row_factory("notes", body="mine")` makes a valid row and gives it back as the database holds it."""

    def __call__(self, table: str, **given: Any) -> dict[str, Any]:
        """Fill what is not given from types, constraints and foreign keys."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--postgres`."""
    group = parser.getgroup("schema-dsl")
    group.addoption(
        "--postgres",
        action="append",
        default=[],
        metavar="WHERE",
        help="embedded, container, a folder of server programs, or a connection string; may be given several "
        "times, and the tests that need a server run on each",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs a server once on each that is asked for."""
    if "postgres_server" not in metafunc.fixturenames:
        return
    specs = metafunc.config.getoption("--postgres")
    if not specs:
        specs = [_project().settings.postgres]
    # A connection string may hold a password, and the id of a test is printed.
    names = [f"dsn{number}" if "=" in spec or "://" in spec else spec for number, spec in enumerate(specs)]
    metafunc.parametrize("postgres_server", specs, indirect=True, scope="session", ids=names)


def _project() -> Project:
    from schema_dsl.pipeline import open_project  # noqa: PLC0415 - see the module's docstring

    return open_project()


@pytest.fixture(scope="session")
def schema_project() -> Project:
    """The project that the tests run in: its settings, definitions and migrations."""
    return _project()


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server, for the whole session; with pytest-xdist each worker has its own."""
    from schema_dsl.postgres import provider  # noqa: PLC0415 - see the module's docstring

    with provider(request.param).start() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres_server: Server, schema_project: Project) -> Iterator[Scratch]:
    """The project's migrations applied once, to be copied for each test."""
    from schema_dsl.pipeline import subject  # noqa: PLC0415 - see the module's docstring
    from schema_dsl.verify import Scratch  # noqa: PLC0415

    with Scratch(postgres_server, subject(schema_project)) as scratch:
        yield scratch


@pytest.fixture
def database(migrated: Scratch) -> Iterator[Database]:
    """A migrated database of the test's own, empty but for what migrations put in; gone afterwards."""
    with migrated.fresh("after") as fresh:
        yield fresh


@pytest.fixture
def as_role(database: Database, schema_project: Project) -> AsRole:
    """A session as a role of the API, with the claims that a request would carry; kept if the block ends well."""
    from schema_dsl.postgres import as_role as session  # noqa: PLC0415 - see the module's docstring

    platform = schema_project.platform
    unbound = {role.name for role in schema_project.wanted.roles if role.bypasses_row_security}

    @contextmanager
    def become(
        role: str, *, sub: UUID | str | None = None, claims: Mapping[str, Any] | str | None = None
    ) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        carried = claims
        if claims is None and platform.claims is not None:
            carried = {"role": role} if sub is None else {"role": role, "sub": str(sub)}
        with (
            session(
                database, role, claims=carried, login=platform.login, commit=True, bypassrls=role in unbound
            ) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor

    return become


@pytest.fixture
def as_anon(as_role: AsRole) -> Callable[[], AbstractContextManager[Any]]:
    """A session of somebody who is not signed in (Supabase)."""
    return lambda: as_role("anon")


@pytest.fixture
def as_user(as_role: AsRole) -> Callable[[UUID | str], AbstractContextManager[Any]]:
    """A session of a signed-in user, by their id (Supabase)."""
    return lambda user: as_role("authenticated", sub=user)


@pytest.fixture
def as_service(as_role: AsRole) -> Callable[[], AbstractContextManager[Any]]:
    """A session of the service role, which no policy binds (Supabase)."""
    return lambda: as_role("service_role")


@pytest.fixture
def row_factory(database: Database, schema_project: Project) -> Iterator[RowFactory]:
    """A function that makes valid rows, as a role that no policy binds."""
    from schema_dsl.errors import SchemaDslError  # noqa: PLC0415 - see the module's docstring
    from schema_dsl.verify.rows import RowBuilder as Factory  # noqa: PLC0415

    with contextlib.closing(database.connect()) as connection:
        factory = Factory(connection, schema_project.wanted)

        def make(table: str, **given: Any) -> dict[str, Any]:
            try:
                row: dict[str, Any] = factory.row(table, **given)
            except SchemaDslError as error:
                # A test that gives a value to see it refused wants to see Postgres' own error.
                if given and error.__cause__ is not None:
                    raise error.__cause__ from None
                raise
            return row

        yield make


@pytest.fixture
def assert_access(database: Database, schema_project: Project) -> Callable[[str], None]:
    """A function that tries who may do what with a table, and fails where it is not as its `access` says."""
    from schema_dsl.verify.access import broken, try_access  # noqa: PLC0415 - see the module's docstring

    def check(name: str) -> None:
        wanted = schema_project.wanted
        tables = [
            table for table in wanted.tables.values() if name in (table.name, f"{table.schema}.{table.name}")
        ]
        if len(tables) != 1:
            pytest.fail(f"{len(tables)} declared tables are called {name}")
        failures = broken(try_access(database, tables[0], schema_project.platform, wanted))
        if failures:
            pytest.fail("\n".join(failures))

    return check
