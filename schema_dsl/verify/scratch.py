"""Fresh databases in the states that proofs start from."""

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

_STAND_IN = "schema_dsl_owner"


@attrs.define(eq=False)
class Scratch:
    """A server's databases for one subject: each proof gets its own, as a copy of a template.

    "platform" is what the platform has, "before" what the migration meets, "after" what it leaves, each
    under a setting of the platform's default privileges. Templates are made when first asked for, once,
    and are gone with the Scratch. Safe to use from several threads.
    """

    server: Server
    subject: Subject
    _lender: Scratch | None = attrs.field(default=None)
    owner: str = attrs.field(init=False)
    _templates: dict[tuple[ScratchState, str], Database] = attrs.field(init=False, factory=dict)
    _lock: threading.RLock = attrs.field(init=False, factory=threading.RLock)
    _seen: dict[tuple[ScratchState, str], Introspection] = attrs.field(init=False, factory=dict)
    _looking: threading.Lock = attrs.field(init=False, factory=threading.Lock)
    _stack: ExitStack = attrs.field(init=False, factory=ExitStack)

    def __attrs_post_init__(self) -> None:
        """Choose the owner: on somebody else's server the platform's may be a superuser, which proves nothing."""
        if self._lender is not None:
            self.owner = self._lender.owner
            return
        self.owner = self.subject.platform.owner
        with self.server.connect() as connection:
            row = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = %s", [self.owner]
            ).fetchone()
        if row is not None and row[0]:
            self.owner = _STAND_IN

    def __enter__(self) -> Self:
        """Take it into use."""
        return self

    def __exit__(self, *_: object) -> None:
        """Drop the templates."""
        self._stack.close()

    def variant(self, *, script: str | None = None, rollback: str | None = None) -> Scratch:
        """Give a Scratch for another text of the migration or of its rollback, which meets the same state.

        The templates up to that state are this one's, which has to be in use for as long.
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
        """Name the settings of default privileges that the platform knows, the usual one first."""
        return tuple(self.subject.platform.default_privileges) or ("",)

    @contextmanager
    def with_script(self, script: str) -> Iterator[Scratch]:
        """Give databases for another script in the migration's place; what is below it is not made again.

        Raises:
            PostgresError: If the platform, the baseline or an earlier migration cannot be applied.
        """
        for setting in self.settings:
            self.template("before", setting)
        with Scratch(self.server, attrs.evolve(self.subject, script=script)) as other:
            other._templates.update({key: each for key, each in self._templates.items() if key[0] != "after"})
            yield other

    @contextmanager
    def fresh(self, state: ScratchState, defaults: str | None = None) -> Iterator[Database]:
        """Give a database of one's own in a state.

        Raises:
            PostgresError: If the platform, the baseline or a migration cannot be applied.
        """
        template = self.template(state, defaults)
        with self.server.database(template=template, owner=self.owner) as database:
            yield database

    def template(self, state: ScratchState, defaults: str | None = None) -> Database:
        """Give the database that fresh ones are copies of; nobody may connect to it."""
        setting = self.settings[0] if defaults is None else defaults
        lender = self._lent(state)
        if lender is not None:
            return lender.template(state, setting)
        with self._lock:
            if (state, setting) not in self._templates:
                self._templates[state, setting] = self._make(state, setting)
            return self._templates[state, setting]

    def introspected(self, state: ScratchState, defaults: str) -> Introspection:
        """Give what is in a database in a state, read once however many ask."""
        lender = self._lent(state)
        if lender is not None:
            return lender.introspected(state, defaults)
        with self._looking:
            if (state, defaults) not in self._seen:
                with self.fresh(state, defaults) as database, self.connect(database) as connection:
                    self._seen[state, defaults] = introspect(connection)
            return self._seen[state, defaults]

    def connect(self, database: Database) -> Connection:
        """Open a session as the role that migrations run as."""
        return database.connect(self.owner)

    def _lent(self, state: ScratchState) -> Scratch | None:
        """Give who has a state for us: all that comes before a text that is another one."""
        lender = self._lender
        if lender is not None and (state != "after" or lender.subject.script == self.subject.script):
            return lender
        return None

    def _make(self, state: ScratchState, setting: str) -> Database:
        subject = self.subject
        below: Database | None = None
        if state != "platform":
            below = self.template("platform" if state == "before" else "before", setting)
        # The platform's own script may be what makes the owner.
        owner = None if state == "platform" else self.owner
        database = self._stack.enter_context(self.server.database(template=below, owner=owner))
        if state == "platform":
            platform = subject.platform
            scripts = [platform.baseline]
            if setting:
                scripts.append(platform.default_privileges[setting])
            with database.connect() as connection:
                for file in scripts:
                    _run(connection, platform.script(file, self.owner), file.name)
        elif state == "before":
            with self.connect(database) as connection:
                if subject.baseline.strip():
                    _run(connection, subject.baseline, "the baseline")
                for migration in subject.earlier:
                    _run(connection, migration.text, migration.path.name)
        else:
            with self.connect(database) as connection:
                apply_script(connection, subject.script, subject.file)
        return database


def _run(connection: Connection, script: str, name: str) -> None:
    try:
        apply_script(connection, script, name)
    except PostgresError as error:
        raise PostgresError(
            f"{name} cannot be applied to a fresh database: {error.what}", where=error.where
        ) from error
    except psycopg.Error as error:
        raise PostgresError(f"{name} cannot be applied to a fresh database: {error}") from error
