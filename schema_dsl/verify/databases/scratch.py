"""Create fresh databases in the states before and after a migration."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cached_property, partial
from types import TracebackType
from typing import Final, Literal, Self, TypeAlias, TypeVar, cast

import attrs

from schema_dsl.introspect import Introspection, canonicalize
from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.verify.databases.apply_subject import apply_history, apply_newest
from schema_dsl.verify.databases.independent_settings import choose_settings, list_settings
from schema_dsl.verify.databases.marked_defaults import fill_marked, give_defaults, may_be_independent
from schema_dsl.verify.databases.platform_database import PlatformDatabase
from schema_dsl.verify.databases.requested import changes_roles, list_requested
from schema_dsl.verify.databases.unchanged import UnchangedDatabases
from schema_dsl.verify.roles.cluster import ClusterRoles, list_unreferenced_roles
from schema_dsl.verify.roles.declared_roles import create_declared_roles, list_declared_roles
from schema_dsl.verify.roles.server_roles import shared_server_roles
from schema_dsl.verify.roles.template_roles import TemplateRoles
from schema_dsl.verify.snapshots.introspection import introspect_changed
from schema_dsl.verify.subject import Subject

ScratchState: TypeAlias = Literal["platform", "before", "after"]

_FALLBACK_OWNER = "schema_dsl_owner"
_SETTINGS_TO_SHARE: Final = 2
"""The number of settings for which marks tell whether a history depends on default privileges."""

_Computed = TypeVar("_Computed")

# A template, and notes about it for the report.
_PreparedTemplate: TypeAlias = tuple[Database, Sequence[str]]


@attrs.define(eq=False, slots=False)
class Scratch:
    """The databases for one subject on one server. Every proof uses copies of template databases.

    The state "platform" is an empty database of the platform, "before" the state before the migration, and "after"
    the state after it and the later migrations. Each state exists once per setting of the platform's default
    privileges. A template is created on first use and dropped on exit. Instances may be used from several threads.

    Attributes:
        server: The server of the databases.
        subject: The migration.
        default_privileges: The set of default privileges of databases for which none is named; by default the
            platform's first set.
        owner: The role that applies migrations.
    """

    server: Server
    subject: Subject
    _parent: Scratch | None = attrs.field(default=None)
    default_privileges: str = attrs.field(default="", kw_only=True)
    owner: str = attrs.field(init=False)
    _templates: dict[tuple[ScratchState, str], Database] = attrs.field(init=False, factory=dict)
    _prepared: dict[tuple[str, ScratchState, str], _PreparedTemplate] = attrs.field(init=False, factory=dict)
    _lock: threading.RLock = attrs.field(init=False, factory=threading.RLock)
    _unchanged: UnchangedDatabases = attrs.field(init=False, factory=UnchangedDatabases, repr=False)
    _introspections: dict[tuple[ScratchState, str], Introspection] = attrs.field(init=False, factory=dict)
    _computed: dict[str, object] = attrs.field(init=False, factory=dict)
    _canonical: dict[int, tuple[Catalog, Catalog]] = attrs.field(init=False, factory=dict, repr=False)
    _stack: ExitStack = attrs.field(init=False, factory=ExitStack)
    _roles: TemplateRoles = attrs.field(init=False, repr=False)
    _is_history_shared: bool = attrs.field(init=False, default=False)

    def __attrs_post_init__(self) -> None:
        """Choose the owner. On a foreign server the platform's owner may be a superuser, which bypasses all checks."""
        if self._parent is not None:
            self.owner, self._roles = self._parent.owner, self._parent._roles  # noqa: SLF001
            return
        self._roles = TemplateRoles(self.server)
        self.owner = self.subject.platform.owner
        with self.server.connect() as connection:
            row = connection.execute(
                "SELECT rolsuper FROM pg_roles WHERE rolname = %s", [self.owner]
            ).fetchone()
        if row is not None and row[0]:
            self.owner = _FALLBACK_OWNER

    def __enter__(self) -> Self:
        """Create the roles that an existing server lacks.

        Raises:
            PostgresError: If the server cannot be used without changing its own roles.
        """
        if self._parent is None and not self.server.owns_cluster:
            subject = self.subject
            earlier = [(migration.label, migration.forward) for migration in subject.earlier]
            later = [(migration.label, migration.forward) for migration in subject.later]
            scripts = [("the baseline", subject.baseline), *earlier, (subject.file, subject.script), *later]
            roles = subject.platform.list_roles(self.owner)
            self._stack.enter_context(
                shared_server_roles(self.server, roles, list_declared_roles(subject), scripts)
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Drop the templates."""
        self._stack.__exit__(kind, error, trace)

    def without_later(self) -> Scratch:
        """Return a Scratch whose state "after" is the state after the migration, without the later migrations.

        All proofs share it, and it is closed with this Scratch.
        """
        if not self.subject.later:
            return self

        def create() -> Scratch:
            alone = Scratch(self.server, attrs.evolve(self.subject, later=()), self)
            return self._stack.enter_context(alone)

        return self.compute_once("without later migrations", create)

    def variant(self, *, script: str | None = None, rollback: str | None = None) -> Scratch:
        """Return a Scratch for another text of the migration or of its rollback, with the same state before.

        The variant uses the templates of this Scratch, which must stay open while the variant is in use.
        """
        own = self.subject
        subject = attrs.evolve(
            own,
            script=own.script if script is None else script,
            rollback=own.rollback if rollback is None else rollback,
            files=own.files if script is None else (),
        )
        return Scratch(self.server, subject, self)

    @property
    def original(self) -> Scratch:
        """The Scratch of which this is a variant; itself if it is none."""
        return self if self._parent is None else self._parent.original

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The settings of default privileges to try, the usual one first; only it, if all make no difference."""
        return choose_settings(self.subject, self.template, lambda: self.original._is_history_shared)  # noqa: SLF001

    @contextmanager
    def fresh(self, state: ScratchState, defaults: str | None = None) -> Iterator[Database]:
        """Yield a new database in a state.

        Raises:
            PostgresError: If the platform, the baseline or a migration cannot be applied.
        """
        template = self.template(state, defaults)
        self._roles.restore(template)
        with self._database(template, self.owner) as database:
            yield database

    @contextmanager
    def unchanged(self, state: ScratchState, defaults: str | None = None) -> Iterator[Database]:
        """Yield a database in a state for a block that only reads, or rolls back all that it does."""
        lender = self._find_parent(state)
        if lender is not None:
            with lender.unchanged(state, defaults or self.default_privileges or None) as database:
                yield database
            return
        template = self.template(state, defaults)
        self._roles.restore(template)
        create = partial(self._stack.enter_context, self._database(template, self.owner))
        with self._unchanged.use(template, create) as database:
            yield database

    @contextmanager
    def copy(self, template: Database) -> Iterator[Database]:
        """Yield a copy of a template, while the server has the roles that it had when the template was created."""
        self._roles.restore(template)
        with self.server.database(template=template, owner=self.owner) as database:
            yield database

    def limit_concurrency(self, workers: int) -> int:
        """Return how many threads may use databases: one, if databases of different states need different roles."""
        return 1 if self.original.changes_roles else workers

    @cached_property
    def changes_roles(self) -> bool:
        """Return whether the migration, or a later one, creates, alters or drops roles of the server."""
        subject = self.subject
        texts = [subject.script, *(migration.forward for migration in subject.later)]
        return any(changes_roles(text) for text in texts)

    def template(self, state: ScratchState, defaults: str | None = None) -> Database:
        """Return the template of a state. Open connections would prevent copies of the template."""
        usual, *_ = list_settings(self.subject)
        setting = (self.default_privileges or usual) if defaults is None else defaults
        lender = self._find_parent(state)
        if lender is not None:
            return lender.template(state, setting)
        with self._lock:
            if (state, setting) not in self._templates:
                self._templates[state, setting] = self._create_template(state, setting)
            return self._templates[state, setting]

    def prepared(
        self, name: str, state: ScratchState, defaults: str, prepare: Callable[[Database], Sequence[str]]
    ) -> _PreparedTemplate:
        """Return a template with changes that the databases of several proofs share, such as fixture rows.

        Args:
            name: The name of the changes.
            state: The state to change.
            defaults: The setting of default privileges.
            prepare: Makes the changes in a copy of the state's template on first use, without leaving connections
                open. Returns notes about the changes.

        Returns:
            The changed template, and the notes.
        """
        lender = self._find_parent(state)
        # `prepare` may need templates of this variant, so the lock of a variant precedes that of its parent.
        with self._lock:
            if lender is not None:
                return lender.prepared(name, state, defaults, prepare)
            key = (name, state, defaults)
            if key not in self._prepared:
                template = self.template(state, defaults)
                self._roles.restore(template)
                database = self._stack.enter_context(self._database(template, self.owner))
                self._prepared[key] = database, prepare(database)
                self._roles.share(template, database)
            return self._prepared[key]

    def introspected(self, state: ScratchState, defaults: str) -> Introspection:
        """Return the introspection of a state, read on first use."""
        lender = self._find_parent(state)
        if lender is not None:
            return lender.introspected(state, defaults)
        # One lock for everything: the preparation of a template needs introspections, which need templates.
        with self._lock:
            if (state, defaults) not in self._introspections:
                subject = self.subject
                migrations = subject.migrations if state == "after" else subject.earlier
                like = list_requested(subject.wanted, migrations)
                with (
                    self.unchanged(state, defaults) as database,
                    self.connect_to_read(database) as connection,
                ):
                    self._introspections[state, defaults] = introspect_changed(connection, like=like)
            return self._introspections[state, defaults]

    def compute_once(self, name: str, compute: Callable[[], _Computed]) -> _Computed:
        """Return the result of a function for this migration, computed on first use.

        Args:
            name: The name of the value.
            compute: Computes the value. It may use introspections and templates, which share one lock with it.
        """
        with self._lock:
            if name not in self._computed:
                self._computed[name] = compute()
            return cast("_Computed", self._computed[name])

    def canonicalize_definitions(self) -> Catalog:
        """Return the definitions as Postgres prints them in the state before, read once for all variants."""
        root, wanted = self.original, self.subject.wanted
        with root._lock:  # noqa: SLF001
            if id(wanted) not in root._canonical:  # noqa: SLF001
                with self.unchanged("before") as database, self.connect(database) as connection:
                    # The definitions are kept, so that no other object gets their id.
                    root._canonical[id(wanted)] = wanted, canonicalize(connection, wanted)  # noqa: SLF001
            return root._canonical[id(wanted)][1]  # noqa: SLF001

    @property
    def early_roles(self) -> ClusterRoles | None:
        """Return the roles of the cluster before the migration first ran.

        None on an existing server, and if each database finds the roles of its state anyway.
        """
        return None if self.original.changes_roles else self._roles.early

    def list_unneeded_roles(self, connection: Connection) -> list[str]:
        """Return the roles of an existing server to which the state before the migration does not refer.

        The creator of a role of an existing server is unknown: an earlier run of the migration may have been killed.

        Args:
            connection: A session in a database in the state before the migration.
        """
        if self.server.owns_cluster:
            return []
        platform = self.subject.platform
        roles = (*platform.roles, *self.subject.unmanaged_roles)
        known = [self.owner, platform.login or "", *(role.name for role in roles)]
        return list_unreferenced_roles(connection, known)

    def connect(self, database: Database) -> Connection:
        """Open a session as the role that applies migrations."""
        return database.connect(self.owner)

    def connect_to_read(self, database: Database) -> Connection:
        """Open a session as the role of the server: the owner may not read the options of user mappings of others."""
        return database.connect()

    def _find_parent(self, state: ScratchState) -> Scratch | None:
        """Return the parent if its template of a state is also valid for this variant."""
        lender = self._parent
        if lender is None:
            return None
        theirs, ours = lender.subject, self.subject
        is_same = (theirs.script, theirs.later) == (ours.script, ours.later)
        return lender if state != "after" or is_same else None

    def _database(self, template: Database | None, owner: str | None) -> AbstractContextManager[Database]:
        search_path = self.subject.platform.search_path
        return self.server.database(template=template, owner=owner, search_path=search_path)

    def _create_template(self, state: ScratchState, setting: str) -> Database:
        if state == "platform":
            # With other default privileges, the platform has the roles of the first template.
            self._roles.restore_first()
            database = self._create_platform(setting)
        else:
            below = self.template("platform" if state == "before" else "before", setting)
            self._roles.restore(below)
            if state == "before" and not self.subject.has_history:
                database = below
            else:
                database = (state == "before" and self._share_history(setting)) or self._apply(below, state)
        if self.server.owns_cluster:
            if self.original.changes_roles:
                self._roles.record(database)
            if state == "before" and self._roles.early is None:
                self._roles.record_early(database)
        return database

    def _apply(self, below: Database, state: ScratchState) -> Database:
        database = self._stack.enter_context(self._database(below, self.owner))
        self._fill_template(database, state)
        return database

    def _share_history(self, setting: str) -> Database | None:
        """Return the state before, if it differs from that of another setting only in the default privileges.

        Returns:
            The database; None if the history has to be replayed for each setting.
        """
        usual, *_ = settings = list_settings(self.subject)
        if self.original.changes_roles or len(settings) != _SETTINGS_TO_SHARE:
            return None
        below = self.template("platform" if setting == usual else "before", usual)
        platforms = [self.template("platform", each) for each in settings]
        with ExitStack() as stack:
            database = stack.enter_context(self._database(below, self.owner))
            if setting == usual:
                subject, fill = self.subject, partial(self._fill_template, database, "before")
                texts = [subject.baseline, *(migration.forward for migration in subject.earlier)]
                self._is_history_shared = may_be_independent(texts) and fill_marked(database, platforms, fill)
            platform = self.subject.platform
            script = platform.script(platform.default_privileges[setting], self.owner)
            if self._is_history_shared and give_defaults(
                database, script, self.template("platform", setting)
            ):
                self._stack.push(stack.pop_all())
                return database
        return None

    def _create_platform(self, setting: str) -> Database:
        own = PlatformDatabase(self.server, self.subject.platform, self.owner, setting)
        with contextlib.closing(self.server.connect()) as connection:
            is_shared = self.server.owns_cluster and not self.original.changes_roles
            database = own.find_shared(connection) if is_shared else None
            if database is None:
                # The platform's baseline may create the owner, so the database is the superuser's.
                database = (
                    self.server.create_lasting(self.subject.platform.search_path)
                    if is_shared
                    else self._stack.enter_context(self._database(None, None))
                )
                own.fill(database)
            # The roles of the definitions may become members of those of the platform.
            create_declared_roles(connection, self.server, self.subject, self.owner)
            if is_shared:
                own.share(connection, database)
        return database

    def _fill_template(self, database: Database, state: ScratchState) -> None:
        apply = apply_history if state == "before" else apply_newest
        with self.connect(database) as connection:
            apply(self.server, connection, self.subject)
