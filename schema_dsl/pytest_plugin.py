"""Fixtures for a project's own tests: a migrated database, sessions as client roles, and rows.

pytest loads this plugin in every environment with schema-dsl. Fixtures import heavy modules on first use.
"""

from __future__ import annotations

import contextlib
import warnings
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
    """The type of the fixture `as_role`: `with as_role("authenticated", sub=user) as cursor:` opens a transaction."""

    def __call__(
        self, role: str, *, sub: UUID | str | None = None, claims: Mapping[str, Any] | str | None = None
    ) -> AbstractContextManager[psycopg.Cursor[tuple[Any, ...]]]:
        """Open a transaction as the role with the request claims; `sub` is shorthand for the id of the caller."""


class RowFactory(Protocol):
    """The type of the fixture `row_factory`: `row_factory("notes", body="mine")` inserts and returns a valid row."""

    def __call__(self, table: str, **given: Any) -> dict[str, Any]:
        """Insert a row. Columns that are not given get values that satisfy types, constraints and foreign keys."""


def _to_server_name(text: str) -> str:
    """Return the text with a repr that hides a password, because reports of failed tests show variables."""
    from schema_dsl.settings import ServerName  # noqa: PLC0415 - see the module's docstring

    return ServerName(text)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--postgres`."""
    group = parser.getgroup("schema-dsl")
    group.addoption(
        "--postgres",
        action="append",
        type=_to_server_name,
        default=[],
        metavar="WHERE",
        help="Server to use: embedded, container, a folder of server binaries, or a DSN. May be repeated, to run "
        "the tests that need a server on several servers.",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that need a server once on every server of `--postgres`."""
    if "postgres_server" not in metafunc.fixturenames:
        return
    specs = metafunc.config.getoption("--postgres")
    if not specs:
        specs = [_project().settings.postgres]
    # pytest prints test ids, and a connection string may contain a password.
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
    """A running server for the whole session; with pytest-xdist, every worker starts a server."""
    from schema_dsl.postgres import provider  # noqa: PLC0415 - see the module's docstring

    with provider(request.param).start() as server:
        yield server


@pytest.fixture(scope="session")
def migrated(postgres_server: Server, schema_project: Project) -> Iterator[Scratch]:
    """The project's migrations, applied once to a template that every test copies."""
    from schema_dsl.pipeline import build_subject  # noqa: PLC0415 - see the module's docstring
    from schema_dsl.verify import Scratch  # noqa: PLC0415

    with Scratch(postgres_server, build_subject(schema_project)) as scratch:
        yield scratch


@pytest.fixture
def database(migrated: Scratch) -> Iterator[Database]:
    """A new migrated database for the test, with only the rows that migrations insert; dropped after the test."""
    with migrated.fresh("after") as fresh:
        yield fresh


@pytest.fixture
def as_role(database: Database, schema_project: Project) -> AsRole:
    """A function that opens a session as a client role with request claims; committed if the block succeeds."""
    from schema_dsl.postgres import as_role as session  # noqa: PLC0415 - see the module's docstring

    platform = schema_project.platform
    caller = platform.caller
    bypassing = {role.name for role in schema_project.wanted.roles if role.bypasses_row_security}

    @contextmanager
    def open_session(
        role: str, *, sub: UUID | str | None = None, claims: Mapping[str, Any] | str | None = None
    ) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        if sub is not None and (caller is None or caller.is_role):
            pytest.fail(
                f"as_role({role!r}, sub=...): no setting says how policies know the caller: set `claims`"
            )
        request_claims = claims
        if claims is None and caller is not None and caller.key is not None:
            request_claims = {"role": role} if sub is None else {"role": role, caller.key: str(sub)}
        elif claims is None and sub is not None:
            request_claims = str(sub)
        with (
            session(
                database,
                role,
                claims=request_claims,
                parameter="request.jwt.claims" if caller is None else caller.parameter,
                login=platform.login,
                commit=True,
                bypassrls=role in bypassing,
            ) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor

    return open_session


@pytest.fixture
def as_anon(as_role: AsRole) -> Callable[[], AbstractContextManager[Any]]:
    """A function that opens a session as an anonymous user (Supabase)."""
    return lambda: as_role("anon")


@pytest.fixture
def as_user(as_role: AsRole, schema_project: Project) -> Callable[[UUID | str], AbstractContextManager[Any]]:
    """A function that opens a session as the user with an id: as `authenticated`, or as the only client role."""
    clients = [role.name for role in schema_project.wanted.roles if role.client]

    def open_session(user: UUID | str) -> AbstractContextManager[Any]:
        if "authenticated" in clients or len(clients) == 1:
            return as_role("authenticated" if "authenticated" in clients else clients[0], sub=user)
        known = f"the client roles are {', '.join(clients)}" if clients else "no client role is declared"
        return pytest.fail(f"as_user(): {known}; use as_role(role, sub=...)")

    return open_session


@pytest.fixture
def as_service(as_role: AsRole) -> Callable[[], AbstractContextManager[Any]]:
    """A function that opens a session as the service role, which bypasses policies (Supabase)."""
    return lambda: as_role("service_role")


@pytest.fixture
def row_factory(database: Database, schema_project: Project) -> Iterator[RowFactory]:
    """A function that inserts valid rows as a role that bypasses policies."""
    from schema_dsl.errors import SchemaDslError  # noqa: PLC0415 - see the module's docstring
    from schema_dsl.verify.rows import RowBuilder as Factory  # noqa: PLC0415

    with contextlib.closing(database.connect()) as connection:
        factory = Factory(connection, schema_project.wanted)

        def insert_row(table: str, **given: Any) -> dict[str, Any]:
            try:
                row: dict[str, Any] = factory.insert_row(table, **given)
            except SchemaDslError as error:
                # A test that expects Postgres to refuse a value expects the psycopg error.
                if given and error.__cause__ is not None:
                    raise error.__cause__ from None
                raise
            return row

        yield insert_row


@pytest.fixture
def assert_access(database: Database, schema_project: Project) -> Callable[[str], None]:
    """A function that tries every client role on a table and fails if the results differ from its `access`."""
    from schema_dsl.verify.access import describe_failures, try_access  # noqa: PLC0415 - see the module's docstring

    def check(name: str) -> None:
        wanted = schema_project.wanted
        tables = [
            table for table in wanted.tables.values() if name in (table.name, f"{table.schema}.{table.name}")
        ]
        if len(tables) != 1:
            pytest.fail(f"expected one declared table with the name {name}, found {len(tables)}")
        result = try_access(database, tables[0], schema_project.platform, wanted)
        failures = describe_failures(result.trials)
        if failures:
            pytest.fail("\n".join(failures))
        for sentence in result.untried:
            warnings.warn(f"not tried: {sentence}", stacklevel=2)

    return check
