"""Create fresh databases in the states before and after a migration."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Literal, Self, TypeAlias

import attrs
import psycopg

from schema_dsl.errors import PostgresError
from schema_dsl.introspect import Introspection, introspect
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.verify.apply import apply_script
from schema_dsl.verify.subject import Subject

ScratchState: TypeAlias = Literal["platform", "before", "after"]

_FALLBACK_OWNER = "schema_dsl_owner"


@attrs.define(eq=False)
class Scratch:
    """The databases for one subject on one server. Every proof uses copies of template databases.

    The state "platform" is an empty database of the platform, "before" the state before the migration, and "after"
    the state after it. Each state exists once per setting of the platform's default privileges. A template is
    created on first use and dropped on exit. Instances may be used from several threads.

    Attributes:
        server: The server of the databases.
        subject: The migration.
        owner: The role that applies migrations.
    """

    server: Server
    subject: Subject
    _parent: Scratch | None = attrs.field(default=None)
    owner: str = attrs.field(init=False)
    _templates: dict[tuple[ScratchState, str], Database] = attrs.field(init=False, factory=dict)
    _lock: threading.RLock = attrs.field(init=False, factory=threading.RLock)
    _introspections: dict[tuple[ScratchState, str], Introspection] = attrs.field(init=False, factory=dict)
    _introspection_lock: threading.Lock = attrs.field(init=False, factory=threading.Lock)
    _stack: ExitStack = attrs.field(init=False, factory=ExitStack)

    def __attrs_post_init__(self) -> None:
        """Choose the owner. On a foreign server the platform's owner may be a superuser, who bypasses all checks."""
        if self._parent is not None:
            self.owner = self._parent.owner
            return
        self.owner = self.subject.platform.owner
        with self.server.connect() as connection:
            row = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = %s", [self.owner]
            ).fetchone()
        if row is not None and row[0]:
            self.owner = _FALLBACK_OWNER

    def __enter__(self) -> Self:
        """Return the instance."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop the templates."""
        self._stack.close()

    def variant(self, *, script: str | None = None, rollback: str | None = None) -> Scratch:
        """Return a Scratch for another text of the migration or of its rollback, with the same state before.

        The variant uses the templates of this Scratch, which must stay open while the variant is in use.
        """
        own = self.subject
        subject = attrs.evolve(
            own,
            script=own.script if script is None else script,
            rollback=own.rollback if rollback is None else rollback,
        )
        return Scratch(self.server, subject, self)

    @property
    def settings(self) -> tuple[str, ...]:
        """The platform's settings of default privileges, the usual setting first."""
        return tuple(self.subject.platform.default_privileges) or ("",)

    @contextmanager
    def with_script(self, script: str) -> Iterator[Scratch]:
        """Yield a Scratch with another migration script that shares the templates of the state before.

        Raises:
            PostgresError: If the platform, the baseline or an earlier migration cannot be applied.
        """
        for setting in self.settings:
            self.template("before", setting)
        with Scratch(self.server, attrs.evolve(self.subject, script=script)) as other:
            other._templates.update(
                {key: template for key, template in self._templates.items() if key[0] != "after"}
            )
            yield other

    @contextmanager
    def fresh(self, state: ScratchState, defaults: str | None = None) -> Iterator[Database]:
        """Yield a new database in a state.

        Raises:
            PostgresError: If the platform, the baseline or a migration cannot be applied.
        """
        template = self.template(state, defaults)
        with self.server.database(template=template, owner=self.owner) as database:
            yield database

    def template(self, state: ScratchState, defaults: str | None = None) -> Database:
        """Return the template of a state. Open connections would prevent copies of the template."""
        setting = self.settings[0] if defaults is None else defaults
        lender = self._find_parent(state)
        if lender is not None:
            return lender.template(state, setting)
        with self._lock:
            if (state, setting) not in self._templates:
                self._templates[state, setting] = self._create_database(state, setting)
            return self._templates[state, setting]

    def introspected(self, state: ScratchState, defaults: str) -> Introspection:
        """Return the introspection of a state, read on first use."""
        lender = self._find_parent(state)
        if lender is not None:
            return lender.introspected(state, defaults)
        with self._introspection_lock:
            if (state, defaults) not in self._introspections:
                with self.fresh(state, defaults) as database, self.connect(database) as connection:
                    self._introspections[state, defaults] = introspect(connection)
            return self._introspections[state, defaults]

    def connect(self, database: Database) -> Connection:
        """Open a session as the role that applies migrations."""
        return database.connect(self.owner)

    def _find_parent(self, state: ScratchState) -> Scratch | None:
        """Return the parent if its template of a state is also valid for this variant."""
        lender = self._parent
        if lender is not None and (state != "after" or lender.subject.script == self.subject.script):
            return lender
        return None

    def _create_database(self, state: ScratchState, setting: str) -> Database:
        subject = self.subject
        below: Database | None = None
        if state != "platform":
            below = self.template("platform" if state == "before" else "before", setting)
        # The platform's baseline may create the owner.
        owner = None if state == "platform" else self.owner
        database = self._stack.enter_context(self.server.database(template=below, owner=owner))
        if state == "platform":
            platform = subject.platform
            scripts = [platform.baseline]
            if setting:
                scripts.append(platform.default_privileges[setting])
            with database.connect() as connection:
                for file in scripts:
                    _apply_or_raise(connection, platform.script(file, self.owner), file.name)
        elif state == "before":
            with self.connect(database) as connection:
                if subject.baseline.strip():
                    _apply_or_raise(connection, subject.baseline, "the baseline")
                for migration in subject.earlier:
                    _apply_or_raise(connection, migration.text, migration.path.name)
        else:
            with self.connect(database) as connection:
                apply_script(connection, subject.script, subject.file)
        return database


def _apply_or_raise(connection: Connection, script: str, name: str) -> None:
    try:
        apply_script(connection, script, name)
    except PostgresError as error:
        raise PostgresError(
            f"{name} cannot be applied to a fresh database: {error.what}", where=error.where
        ) from error
    except psycopg.Error as error:
        raise PostgresError(f"{name} cannot be applied to a fresh database: {error}") from error
