"""Fixtures for a project's own tests: a migrated database, sessions as client roles, and rows.

pytest loads this plugin in every environment with schema-dsl. Fixtures import heavy modules on first use.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

from schema_dsl.pytest_plugin.fixture_types import AsRole, AssertAccess, RowFactory

if TYPE_CHECKING:
    from uuid import UUID

    import psycopg

    from schema_dsl.model.access import Permission
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.model.table import Table
    from schema_dsl.pipeline import Project
    from schema_dsl.postgres import Database, Server
    from schema_dsl.verify import Scratch

__all__ = ["AsRole", "AssertAccess", "RowFactory"]

# The stand-ins that tests used and the notes about the migrations folder, for the end of the report.
_NOTES: Final = pytest.StashKey[dict[str, None]]()


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
    group.addoption(
        "--default-privileges",
        metavar="SET",
        help="Privileges of client roles on new objects, instead of the setting default-privileges: on Supabase "
        "`new` for projects since October 2026, `old` for projects before.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Prepare the notes for the end of the report."""
    notes: dict[str, None] = {}
    config.stash[_NOTES] = notes


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Send the notes of a process of pytest-xdist to the process that reports."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        notes = session.config.stash[_NOTES]
        output["schema_dsl_notes"] = list(notes)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Collect the notes of a process of pytest-xdist."""
    notes = getattr(node, "workeroutput", {}).get("schema_dsl_notes", ())
    node.config.stash[_NOTES].update(dict.fromkeys(notes))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the notes about checks that could not run."""
    notes = config.stash[_NOTES]
    if notes:
        terminalreporter.section("schema-dsl")
        for note in notes:
            terminalreporter.write_line(note)


@contextmanager
def _reporting_errors() -> Iterator[None]:
    """Fail with the message of an error of schema-dsl, without a traceback through its code."""
    from schema_dsl.errors import SchemaDslError  # noqa: PLC0415 - see the module's docstring

    try:
        yield
    except SchemaDslError as error:
        # `from None` hides the traceback of the original error, which pytest would show.
        raise pytest.fail.Exception(str(error), pytrace=False) from None


_SERVER = pytest.StashKey[str]()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run the tests that need a server once on every server of `--postgres`."""
    if "postgres_server" not in metafunc.fixturenames:
        return
    specs = metafunc.config.getoption("--postgres")
    if not specs:
        stash = metafunc.config.stash
        if _SERVER not in stash:
            stash[_SERVER] = _project().settings.postgres
        specs = [stash[_SERVER]]
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
def schema_definitions(schema_project: Project) -> Catalog:
    """The declared schema; without definitions, the objects of the platform."""
    from schema_dsl.pipeline.replay_subject import load_declared  # noqa: PLC0415 - see the module's docstring

    with _reporting_errors():
        return load_declared(schema_project)


@pytest.fixture(scope="session")
def postgres_server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server for the whole session; with pytest-xdist, every worker starts a server."""
    from schema_dsl.postgres import provider  # noqa: PLC0415 - see the module's docstring

    with contextlib.ExitStack() as stack:
        with _reporting_errors():
            server = stack.enter_context(provider(request.param).start())
        yield server


@pytest.fixture(scope="session")
def migrated(
    postgres_server: Server, schema_project: Project, request: pytest.FixtureRequest
) -> Iterator[Scratch]:
    """All migrations of the project, applied once to a template that every test copies."""
    from schema_dsl.pipeline.replay_subject import (  # noqa: PLC0415 - see the module's docstring
        build_replay_subject,
        choose_default_privileges,
    )
    from schema_dsl.verify import Scratch  # noqa: PLC0415
    from schema_dsl.verify.stand_ins import list_stand_ins  # noqa: PLC0415

    config = request.config
    with contextlib.ExitStack() as stack:
        with _reporting_errors():
            subject = build_replay_subject(schema_project)
            chosen = choose_default_privileges(schema_project, config.getoption("--default-privileges"))
            scratch = stack.enter_context(Scratch(postgres_server, subject, default_privileges=chosen))
            with scratch.fresh("before") as database, contextlib.closing(database.connect()) as connection:
                scripts = [subject.baseline, *(migration.forward for migration in subject.earlier)]
                stand_ins = list_stand_ins(connection, scripts)
        config.stash[_NOTES].update(dict.fromkeys([*schema_project.history.notes, *stand_ins]))
        yield scratch


@pytest.fixture
def database(migrated: Scratch) -> Iterator[Database]:
    """A new migrated database for the test, with only the rows that migrations insert; dropped after the test."""
    with migrated.fresh("before") as fresh:
        yield fresh


@pytest.fixture
def as_role(
    database: Database, schema_project: Project, schema_definitions: Catalog, request: pytest.FixtureRequest
) -> AsRole:
    """A function that opens a session as a client role with request claims; committed if the block succeeds."""
    from psycopg.errors import InsufficientPrivilege  # noqa: PLC0415 - see the module's docstring

    from schema_dsl.postgres import as_role as session  # noqa: PLC0415

    platform = schema_project.platform
    caller = platform.caller
    bypassing = {role.name for role in schema_definitions.roles if role.bypasses_row_security}

    @contextmanager
    def open_session(
        role: str, *, sub: UUID | str | None = None, claims: Mapping[str, Any] | str | None = None
    ) -> Iterator[psycopg.Cursor[tuple[Any, ...]]]:
        if sub is not None and (caller is None or caller.is_role):
            pytest.fail(
                f"as_role({role!r}, sub=...): no setting says how policies know the caller: set `claims`"
            )
        request_claims = claims
        if caller is not None and caller.key is not None and (claims is None or sub is not None):
            if isinstance(claims, str):
                pytest.fail(f"as_role({role!r}): sub= and a text as claims= exclude each other: pass a dict")
            request_claims = {
                "role": role,
                **({} if sub is None else {caller.key: str(sub)}),
                **(claims or {}),
            }
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
            try:
                yield cursor
            except InsufficientPrivilege as error:
                if "permission denied for" in str(error):
                    hint = _describe_default_privileges(schema_project, request.config)
                    if hint:
                        error.add_note(hint)
                raise

    return open_session


@pytest.fixture
def as_anon(as_role: AsRole) -> Callable[[], AbstractContextManager[Any]]:
    """A function that opens a session as an anonymous user (Supabase)."""
    return lambda: as_role("anon")


@pytest.fixture
def as_user(
    as_role: AsRole, schema_definitions: Catalog
) -> Callable[[UUID | str], AbstractContextManager[Any]]:
    """A function that opens a session as the user with an id: as `authenticated`, or as the only client role."""
    clients = [role.name for role in schema_definitions.roles if role.client]

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
def row_factory(
    database: Database,
    schema_project: Project,
    schema_definitions: Catalog,
    as_role: AsRole,
    as_user: Callable[[UUID | str], AbstractContextManager[Any]],
) -> Iterator[RowFactory]:
    """A function that inserts valid rows, as a role that bypasses policies or as a given user."""
    from schema_dsl.errors import SchemaDslError  # noqa: PLC0415 - see the module's docstring
    from schema_dsl.verify.rows import RowBuilder, insert_row_as  # noqa: PLC0415

    open_as_role, open_as_user = as_role, as_user
    with contextlib.closing(database.connect()) as connection:
        builder = RowBuilder(connection, schema_definitions)

        def insert_row(
            table: str,
            /,
            *,
            as_user: UUID | str | None = None,
            as_role: str | None = None,
            **given: Any,
        ) -> dict[str, Any]:
            __tracebackhide__ = True
            try:
                if as_user is None and as_role is None:
                    return builder.insert_row(table, **given)

                def open_session() -> AbstractContextManager[Any]:
                    return (
                        open_as_user(as_user)
                        if as_role is None and as_user is not None
                        else open_as_role(as_role or "", sub=as_user)
                    )

                users = schema_project.platform.users
                return insert_row_as(builder, table, given, open_session, caller=as_user, users=users)
            except SchemaDslError as error:
                # A test that expects Postgres to refuse a value expects the psycopg error.
                if given and error.__cause__ is not None:
                    raise error.__cause__ from None
                raise

        yield insert_row


@pytest.fixture
def assert_access(
    database: Database, schema_project: Project, schema_definitions: Catalog, request: pytest.FixtureRequest
) -> AssertAccess:
    """A function that tries every client role on a table and fails if the results differ from the access."""
    from schema_dsl.model.access import Access  # noqa: PLC0415 - see the module's docstring
    from schema_dsl.verify.access import describe_failures, try_access  # noqa: PLC0415
    from schema_dsl.verify.access.stated_access import keep_row_trials, state_access  # noqa: PLC0415

    def check(name: str, /, *, own: str | None = None, **roles: Permission | Sequence[Permission]) -> None:
        __tracebackhide__ = True
        with _reporting_errors():
            stated = Access(own=own, **roles) if own is not None or roles else None
            if stated is not None:
                table, declared = state_access(database, name, stated, schema_definitions)
            else:
                table, declared = _find_declared(name, schema_definitions), schema_definitions
            result = try_access(database, table, schema_project.platform, declared)
        trials = result.trials
        if stated is not None:
            trials, notes = keep_row_trials(trials, stated, declared)
            request.config.stash[_NOTES].update(dict.fromkeys(notes))
        failures = describe_failures(trials)
        if any("a privilege is missing" in failure for failure in failures):
            failures.append(_describe_default_privileges(schema_project, request.config))
        if failures:
            pytest.fail("\n".join(filter(None, failures)), pytrace=False)
        for sentence in result.untried:
            warnings.warn(f"not tried: {sentence}", stacklevel=2)

    return check


def _describe_default_privileges(project: Project, config: pytest.Config) -> str:
    """Return the remedy if a privilege is missing only because no setting chooses the default privileges."""
    sets = list(project.platform.default_privileges)
    if not sets or config.getoption("--default-privileges") or project.settings.default_privileges:
        return ""
    return (
        f'The tests run with the default privileges "{sets[0]}" of {project.platform.name}. If your project has '
        f'others, set default-privileges = "{sets[-1]}" in [tool.schema-dsl] of pyproject.toml.'
    )


def _find_declared(name: str, declared: Catalog) -> Table:
    tables = [
        table for table in declared.tables.values() if name in (table.name, f"{table.schema}.{table.name}")
    ]
    if len(tables) > 1:
        full = ", ".join(f"{table.schema}.{table.name}" for table in tables)
        return pytest.fail(f"several declared tables are named {name}: name one of {full}", pytrace=False)
    if not tables or tables[0].access is None:
        return pytest.fail(
            f"no definition declares the access to {name}\n"
            f'  State it here: assert_access("{name}", own="user_id", authenticated=may("select", rows="own"))',
            pytrace=False,
        )
    return tables[0]
