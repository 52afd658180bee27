"""The comparison of two schemas, each of which may be definitions, migrations, SQL files or a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.errors import SettingsError, display_path
from schema_dsl.migrations import Migration, read_history
from schema_dsl.model.catalog import Catalog
from schema_dsl.pipeline.allowances import allow_hazards, require_hazards
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.reading import describe_database, is_connection_string, read_dsn
from schema_dsl.pipeline.replay_subject import load_declared
from schema_dsl.runner import RUNNERS

if TYPE_CHECKING:
    from schema_dsl.introspect.database import DatabaseContents
    from schema_dsl.model.role import Role
    from schema_dsl.plan import PlanHazard
    from schema_dsl.postgres import Server
    from schema_dsl.verify import Subject
    from schema_dsl.verify.comparison.change import SchemaChange
    from schema_dsl.verify.comparison.schema_side import SchemaSide
    from schema_dsl.verify.comparison.side_difference import SideDifference

_DEFINITIONS: Final = "definitions"
_MIGRATIONS: Final = "migrations"
_SideKind: TypeAlias = Literal["definitions", "migrations", "scripts", "database"]


@attrs.frozen(slots=False)
class _Place:
    """The place of a side.

    Attributes:
        text: The text that names it on the command line.
        kind: The kind of place.
        project: The project; with the folder of the definitions or the migrations that the text names.
    """

    text: str = attrs.field(repr=False)
    kind: _SideKind
    project: Project

    @property
    def label(self) -> str:
        """The name of the place for messages, without secrets."""
        return describe_database(self.text) if self.kind == "database" else self.text

    @cached_property
    def wanted(self) -> Catalog | None:
        """The definitions; None for another place."""
        return self.project.wanted if self.kind == "definitions" else None

    @property
    def scripts(self) -> tuple[Migration, ...]:
        """The SQL files that create the state, or that create the objects to which the definitions refer."""
        if self.kind == "database":
            return ()
        if self.kind != "scripts":
            return self.project.replayed(self.project.history)
        path = Path(self.text)
        if path.is_dir():
            return read_history(path).migrations
        return (Migration.from_text(path, path.read_text("utf-8")),)


@attrs.frozen(kw_only=True)
class SchemaComparison:
    """The result of a comparison.

    Attributes:
        difference: The difference.
        changes: The changes, with their hazards.
        sql: The SQL that changes the first schema into the second; "" if nothing differs.
        refused: The weaker access that is not allowed.
        unused: The given allowances that allow nothing.
        notes: Sentences about differences that the comparison does not show.
    """

    difference: SideDifference
    changes: Sequence[SchemaChange]
    sql: str = ""
    refused: tuple[PlanHazard, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@collection_paused()
def compare(
    project: Project,
    source: str,
    target: str,
    spec: str | None = None,
    *,
    allow: Iterable[str] = (),
    offline: bool = False,
    with_plan: bool = True,
) -> SchemaComparison:
    """Compare two schemas.

    Args:
        project: The project.
        source: The schema before: "definitions", "migrations", a folder or file, or a connection string.
        target: The schema after.
        spec: The scratch server, by default that of the settings.
        allow: Hazards to allow, as `HAZARD` or `HAZARD:OBJECT`.
        offline: Whether no other session uses the database.
        with_plan: Whether to plan the change, which the SQL and the hazards need.

    Raises:
        SettingsError: If a text names no schema, or an allowance no hazard.
        SchemaDslError: If a schema cannot be read, or the change cannot be planned.
    """
    from schema_dsl.plan import choose_steps  # noqa: PLC0415 - keeps --help light
    from schema_dsl.render import render_script  # noqa: PLC0415 - jinja2 is heavy
    from schema_dsl.verify.comparison.change import list_changes  # noqa: PLC0415 - psycopg is heavy

    given = tuple(allow)
    require_hazards(given)
    difference = _compare(project, source, target, spec or project.settings.postgres)
    if not with_plan:
        return SchemaComparison(
            difference=difference,
            changes=list_changes(difference),
            notes=tuple(_note_uncompared(difference)),
        )
    whole = difference.plan()
    allowed = allow_hazards(whole, difference.weakenings, given)
    sides = difference.source, difference.target
    plan = choose_steps(allowed.plan, RUNNERS["psql-single-transaction" if offline else "psql"])
    return SchemaComparison(
        difference=difference,
        changes=list_changes(difference, whole),
        sql=render_script(
            plan,
            Catalog(difference.present),
            title=f"From {sides[0].label} to {sides[1].label}",
            remarks=[f"Not included: {text}." for text in difference.inexpressible],
            lock_timeout="" if offline else project.settings.lock_timeout,
            statement_timeout="" if offline else project.settings.statement_timeout,
        )
        if plan
        else "",
        refused=tuple(hazard for hazard in allowed.hazards if not hazard.guarded),
        unused=allowed.unused,
        notes=tuple(_note_uncompared(difference)),
    )


def _note_uncompared(difference: SideDifference) -> Iterator[str]:
    """Yield sentences about properties that were not compared."""
    for side in (difference.source, difference.target):
        yield from side.notes
    sides = [side for side in (difference.source, difference.target) if side.wanted is None]
    owners = {side.contents.main_owner: side.label for side in sides if not side.is_scratch}
    if len(owners) > 1 and None not in owners:
        texts = " and ".join(f"{owner} in {label}" for owner, label in owners.items())
        yield f"most objects belong to {texts}: this difference is not compared"
    names = dict.fromkeys(str(each) for side in sides for each in side.contents.unmodelled)
    for name in names:
        yield f"{name} is of a kind that the definitions cannot declare: it is compared by its name only"


def _compare(project: Project, source: str, target: str, spec: str) -> SideDifference:
    from schema_dsl.verify.comparison.side_difference import compare_sides  # noqa: PLC0415 - psycopg is heavy

    places = [_find_place(project, text) for text in (source, target)]
    reader = _SideReader(project, places, spec)
    with reader.open():
        sides = reader.print_alike([reader.read(number) for number in range(len(places))])
        sides[1] = reader.adopt_equal_sql(sides[1], sides[0])
        wanted = places[1].wanted or places[0].wanted
        if places[1].wanted is not None and places[0].kind == "database":
            sides[0] = sides[0].rename(places[1].wanted)
        return compare_sides(
            *sides,
            migrations=project.replayed(project.history) if reader.has_definitions else (),
            managed=project.settings.managed,
            roles=project.platform.roles if wanted is None else wanted.roles,
        )


def _find_place(project: Project, text: str) -> _Place:
    """Find the place that a text names.

    Raises:
        SettingsError: If it names no place.
    """
    settings, path = project.settings, Path(text)
    if is_connection_string(text):
        return _Place(text, "database", project)
    if text == _DEFINITIONS or path.resolve() == settings.definitions.resolve():
        return _Place(text, "definitions", project)
    if text == _MIGRATIONS or path.resolve() == settings.migrations.resolve():
        if not settings.migrations.is_dir():
            raise SettingsError(
                f"{display_path(settings.migrations)}/ does not exist",
                instead="Set `migrations` in [tool.schema-dsl] of pyproject.toml to the folder of your migrations.",
            )
        return _Place(text, "migrations", project)
    if path.is_dir() and any(path.rglob("*.py")):
        return _Place(text, "definitions", Project(attrs.evolve(settings, definitions=path.resolve())))
    if path.is_dir() and read_history(path).migrations:
        return _Place(text, "scripts", project)
    if path.is_file() and path.suffix == ".sql":
        return _Place(text, "scripts", project)
    shown = "the text (hidden)" if {"@", "="} & set(text) else repr(text)
    raise SettingsError(
        f"{shown} names no schema",
        instead="Write definitions, migrations, a .sql file, a folder of .sql or .py files, or a connection string.",
    )


@attrs.define
class _SideReader:
    """Reads sides, with one scratch server for those that need one.

    Attributes:
        project: The project.
        places: The places of the sides.
        spec: The scratch server.
        roles: The roles of the databases, which scripts may name.
    """

    project: Project
    places: Sequence[_Place]
    spec: str
    roles: tuple[Role, ...] = attrs.field(init=False, default=())
    _databases: dict[int, DatabaseContents] = attrs.field(init=False, factory=dict)
    _stack: ExitStack = attrs.field(init=False, factory=ExitStack)
    _server: Server | None = attrs.field(init=False, default=None)

    @contextmanager
    def open(self) -> Iterator[None]:
        """Read the databases first, for their roles, and stop the scratch server at the end."""
        with self._stack:
            for number, place in enumerate(self.places):
                if place.kind == "database":
                    self._databases[number] = read_dsn(
                        place.text, self.project.platform, managed_roles=self._list_managed_roles()
                    )
            self.roles = tuple(role for contents in self._databases.values() for role in contents.roles)
            yield

    def _list_managed_roles(self) -> list[Role]:
        """List the roles that the definitions of a side create."""
        return [role for place in self.places if place.wanted for role in place.wanted.roles if role.managed]

    @property
    def has_definitions(self) -> bool:
        """Return whether one of the sides is definitions."""
        return any(place.kind == "definitions" for place in self.places)

    def read(self, number: int) -> SchemaSide:
        """Read a side by its number."""
        from schema_dsl.verify.comparison.schema_side import (  # noqa: PLC0415 - psycopg is heavy
            SchemaSide,
            read_declared,
            read_scripts,
        )

        place = self.places[number]
        if place.kind == "database":
            return SchemaSide(label=place.label, contents=self._databases[number])
        subject = self._build_subject(place)
        if place.kind == "definitions":
            return read_declared(self._start(), subject, place.label)
        # The definitions after the change may rename objects of the state before it.
        other = self.places[1].wanted if number == 0 else None
        return read_scripts(
            self._start(), subject, place.label, other, managed_roles=self._list_managed_roles()
        )

    def print_alike(self, sides: Sequence[SchemaSide]) -> list[SchemaSide]:
        """Return the sides with the expressions as one version of Postgres prints them."""
        if len({side.major for side in sides}) == 1:
            return list(sides)
        server = self._start()
        return [
            side
            if side.major == server.version // 10000
            else side.print_on(server, self._build_subject(self.places[number]))
            for number, side in enumerate(sides)
        ]

    def adopt_equal_sql(self, target: SchemaSide, source: SchemaSide) -> SchemaSide:
        """Return the target with the SQL of the source where Postgres only prints the two texts differently."""
        from schema_dsl.introspect import find_different_sql  # noqa: PLC0415 - psycopg is heavy

        different = find_different_sql(target.contents.catalog, source.contents.catalog)
        if not different:
            return target
        return target.adopt_equal_sql(self._start(), self._build_subject(self.places[1]), different)

    def _start(self) -> Server:
        from schema_dsl.postgres import provider  # noqa: PLC0415 - psycopg is heavy

        if self._server is None:
            self._server = self._stack.enter_context(provider(self.spec).start())
        return self._server

    def _build_subject(self, place: _Place) -> Subject:
        from schema_dsl.verify import Subject  # noqa: PLC0415 - psycopg is heavy

        project = place.project
        is_ours = place.kind in {"definitions", "migrations"}
        wanted = load_declared(project) if is_ours else Catalog()
        known = {role.name for role in wanted.roles}
        others = tuple(role for role in self.roles if role.name not in known)
        return Subject(
            platform=project.platform,
            baseline=project.baseline if is_ours else "",
            earlier=place.scripts,
            file="",
            script="",
            wanted=attrs.evolve(wanted, roles=(*wanted.roles, *others)),
            managed=project.settings.managed,
        )
