"""Definitions from a database or from a folder of migrations."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.definitions import load_definitions
from schema_dsl.errors import DefinitionError, SettingsError, display_path
from schema_dsl.migrations import History, read_history, write_atomically
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.extension import Extension
from schema_dsl.model.identity import copy_with
from schema_dsl.model.owner import Ownership
from schema_dsl.model.privilege import Privilege, find_built_in
from schema_dsl.pipeline.dumping import render_contents
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.reading import describe_database, is_connection_string, read_dsn
from schema_dsl.pipeline.settings_file import change_settings
from schema_dsl.plan.rule import load_kind_rules

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.importing import WrittenDefinitions
    from schema_dsl.introspect.database import DatabaseContents
    from schema_dsl.plan import Difference
    from schema_dsl.postgres import Connection

BASELINE: Final = "baseline.sql"
_ASSIGNMENT: Final = re.compile(r"^(\w+) = ", re.MULTILINE)


@attrs.frozen(kw_only=True)
class ImportedSchema:
    """The result of an import, before it is written.

    Attributes:
        texts: The modules and files of SQL, by their paths.
        baseline: The SQL that creates the state; "" where the folder of migrations stays the history.
        schemas: The schemas of the objects.
        folder: The folder of migrations that was imported; None for a database.
        notes: Sentences about objects and properties that the definitions leave out.
    """

    texts: Mapping[str, str]
    baseline: str
    schemas: tuple[str, ...]
    folder: Path | None = None
    notes: tuple[str, ...] = ()


@collection_paused()
def import_schema(project: Project, source: str, schemas: Iterable[str], spec: str | None) -> ImportedSchema:
    """Write the definitions of a schema that exists.

    The written definitions are loaded, printed by a server, and compared with the schema: an object that would differ
    is written again with the SQL of Postgres.

    Args:
        project: The project.
        source: A connection string, or a folder of migrations, which is replayed over the baseline of the settings.
        schemas: The schemas to read; none for all.
        spec: The scratch server, by default that of the settings.

    Raises:
        SettingsError: If the text is no connection string and no folder of migrations.
        SchemaDslError: If the schema cannot be read.
    """
    from schema_dsl.introspect.database import read_database  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.introspect.kept_sql import render_kept_sql  # noqa: PLC0415
    from schema_dsl.postgres import provider  # noqa: PLC0415
    from schema_dsl.verify import Subject, write_superuser_statements  # noqa: PLC0415
    from schema_dsl.verify.databases.scratch import Scratch  # noqa: PLC0415

    is_database, chosen = is_connection_string(source), tuple(schemas)
    contents = read_dsn(source, project.platform, chosen).without_defaults if is_database else None
    with provider(spec or project.settings.postgres).start() as server:
        subject = Subject(
            platform=project.platform,
            baseline="",
            earlier=(),
            file="",
            script="",
            wanted=Catalog(roles=contents.roles if contents is not None else ()),
        )
        if contents is None:
            replayed = project.replayed(_read_folder(project, source))
            subject = attrs.evolve(subject, baseline=project.baseline, earlier=replayed)
        with (
            Scratch(server, subject) as scratch,
            scratch.fresh("before") as database,
            scratch.connect(database) as connection,
        ):
            if contents is None:
                with scratch.connect_to_read(database) as reader:
                    contents = read_database(reader, project.platform, chosen or None).without_defaults
            if is_database:
                connection.execute(write_superuser_statements(render_kept_sql(contents.kept)).encode())
            declared, partition_notes = _leave_out_owners_of_partitions(contents)
            refused: dict[Identity, str] = {}
            written, notes = _write_verified(project, declared, connection, refused)
    title = f"Schema of {describe_database(source)}" if is_database else ""
    first = "" if chosen else project.platform.first_default_privileges
    return ImportedSchema(
        texts=written.texts,
        baseline=render_contents(_leave_out(contents, refused), title, first) if is_database else "",
        schemas=tuple(
            dict.fromkeys(
                identity.schema
                for identity in contents.catalog.objects
                if identity.parent is None and identity.schema and not project.platform.owns(identity)
            )
        ),
        folder=None if is_database else Path(source),
        notes=(*_describe_omissions(contents, is_database=is_database), *partition_notes, *notes),
    )


def _describe_omissions(contents: DatabaseContents, *, is_database: bool) -> Iterator[str]:
    """Yield sentences about objects and properties that the definitions leave out, and the file that creates them."""
    losses = set(contents.losses)
    for text in contents.omissions:
        yield f"{text}: {BASELINE} creates it" if is_database and text not in losses else text


def _leave_out_owners_of_partitions(contents: DatabaseContents) -> tuple[DatabaseContents, list[str]]:
    """Return the contents without the owners that differ from that of most objects and belong to partitions.

    Returns:
        The contents, and a sentence for each owner that is left out.
    """
    catalog = contents.catalog
    left_out = {
        identity: item.role
        for identity, item in catalog.of_kind(Ownership.kind).items()
        if getattr(catalog.objects[identity.root], "partition_of", None) is not None
    }
    objects = {identity: item for identity, item in catalog.objects.items() if identity not in left_out}
    introspection = attrs.evolve(contents.introspection, catalog=attrs.evolve(catalog, objects=objects))
    return attrs.evolve(contents, introspection=introspection), [
        f"{identity.root} is owned by {role}, which the definitions cannot declare for a partition"
        for identity, role in left_out.items()
    ]


def _read_folder(project: Project, source: str) -> History:
    path = Path(source)
    history = read_history(path, project.settings.naming) if path.is_dir() else None
    if history is None or not history.migrations:
        shown = "the text (hidden)" if {"@", "="} & set(source) else repr(source)
        raise SettingsError(
            f"{shown} is no connection string and no folder of migrations",
            instead="Write postgresql://USER@HOST/DATABASE, or the folder of your .sql files.",
        )
    return history


def _write_verified(
    project: Project, contents: DatabaseContents, connection: Connection, refused: dict[Identity, str]
) -> tuple[WrittenDefinitions, list[str]]:
    """Write definitions until they declare the schema, or as much of it as they can.

    Args:
        project: The project.
        contents: The objects.
        connection: A session in a scratch database.
        refused: Receives the objects that the scratch server refuses to create, each with the reason.

    Returns:
        The definitions, and sentences about objects that they do not say.
    """
    from schema_dsl.importing import write_definitions  # noqa: PLC0415 - keeps --help light
    from schema_dsl.introspect import (  # noqa: PLC0415 - psycopg is heavy
        adopt_equal_sql,
        canonicalize,
        find_different_sql,
    )
    from schema_dsl.introspect.batch import RefusedObjectError  # noqa: PLC0415
    from schema_dsl.introspect.describe import describe  # noqa: PLC0415

    catalog = _follow_extensions(contents)
    expected = _print_expected(connection, catalog, refused)
    left_out = dict(refused)
    attempts = _Attempts(left_out=left_out)
    while True:
        written = write_definitions(
            _without(catalog, left_out), project.platform, contents.roles, plain=attempts.plain
        )
        left_out |= written.unwritable
        try:
            loaded = _load(project, written)
            printed = canonicalize(connection, loaded)
            printed = adopt_equal_sql(connection, printed, find_different_sql(printed, expected))
            differences = find_unsaid(_without(expected, left_out), printed)
            wrong = {each.identity: describe(each) for each in differences}
        except RefusedObjectError as error:
            wrong = {error.identity: error.reason}
        except DefinitionError as error:
            found = _find_object(written, error)
            if found is None:
                raise
            wrong = {found: error.what}
        if not (wrong and attempts.write_otherwise(wrong)):
            return written, [
                f"{identity} is left out of the definitions: {reason}"
                for identity, reason in left_out.items()
            ]


@attrs.define
class _Attempts:
    """The way in which the next attempt writes the objects whose definitions differed from the database.

    Attributes:
        left_out: The objects that definitions cannot express, each with the reason.
        plain: The objects that are written in the words of Postgres.
    """

    left_out: dict[Identity, str]
    plain: set[Identity] = attrs.Factory(set)

    def write_otherwise(self, wrong: Mapping[Identity, str]) -> bool:
        """Choose another way for objects: the words of Postgres, also for the whole table, and then to leave them out.

        Returns:
            Whether there was another way.
        """
        before = len(self.plain) + len(self.left_out)
        for identity, reason in wrong.items():
            if identity not in self.plain or identity.root not in self.plain:
                self.plain.add(identity.root if identity in self.plain else identity)
            else:
                self.left_out[identity.root if identity in self.left_out else identity] = reason
        return len(self.plain) + len(self.left_out) > before


def _follow_extensions(contents: DatabaseContents) -> Catalog:
    """Return the objects, with extensions of any version, and without the comments that extensions bring."""
    objects = dict(contents.catalog.objects)
    for identity, item in contents.catalog.of_kind(Extension.kind).items():
        is_brought = item.comment == contents.extension_comments.get(item.name)
        objects[identity] = copy_with(item, version=None, comment=None if is_brought else item.comment)
    return attrs.evolve(contents.catalog, objects=objects)


def _print_expected(connection: Connection, catalog: Catalog, left_out: dict[Identity, str]) -> Catalog:
    """Return a catalog as the scratch server prints it, and add the objects that the server refuses to `left_out`."""
    from schema_dsl.introspect import canonicalize  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.introspect.batch import RefusedObjectError  # noqa: PLC0415

    rules = load_kind_rules()
    while True:
        try:
            printed = canonicalize(connection, _without(catalog, left_out))
        except RefusedObjectError as error:
            left_out[error.identity] = error.reason
            continue
        # The server does not create all objects to print them, such as the mapping of a user on a refused server.
        followers = {
            identity: f"{target} is left out"
            for identity, item in printed.objects.items()
            for list_targets in (rules[identity.kind].targets,)
            if list_targets is not None
            for target in list_targets(item)
            if target in left_out
        }
        if not followers:
            return printed
        left_out |= followers


def _load(project: Project, written: WrittenDefinitions) -> Catalog:
    if not written.texts:
        return Catalog()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in written.texts.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, "utf-8")
        return load_definitions(Path(folder), project.platform)


def _leave_out(contents: DatabaseContents, left_out: Iterable[Identity]) -> DatabaseContents:
    introspection = attrs.evolve(contents.introspection, catalog=_without(contents.catalog, left_out))
    return attrs.evolve(contents, introspection=introspection)


def _without(catalog: Catalog, left_out: Iterable[Identity]) -> Catalog:
    names = set(left_out)
    return Catalog(
        {
            identity: item
            for identity, item in catalog.objects.items()
            if names.isdisjoint(_list_containers(identity))
        }
    )


def _list_containers(identity: Identity) -> Iterator[Identity]:
    """Yield an object and the objects of which it is a part."""
    part: Identity | None = identity
    while part is not None:
        yield part
        part = part.parent


def find_unsaid(expected: Catalog, loaded: Catalog) -> list[Difference]:
    """Return the differences between the expected objects and the definitions."""
    from schema_dsl.plan import diff  # noqa: PLC0415 - keeps --help light

    existing = {
        identity
        for identity, item in loaded.objects.items()
        if identity.parent is None and getattr(item, "existing", None) is not None
    }
    said = {
        identity: item
        for identity, item in loaded.objects.items()
        if identity in expected.objects or (identity not in existing and not _is_built_in(identity, item))
    }
    unsaid = {
        identity: item
        for identity, item in expected.objects.items()
        if identity in said or not isinstance(item, Privilege)
    }
    return diff(Catalog(unsaid), Catalog(said))


def _is_built_in(identity: Identity, item: object) -> bool:
    return isinstance(item, Privilege) and item == find_built_in(identity)


def _find_object(written: WrittenDefinitions, error: DefinitionError) -> Identity | None:
    """Return the object whose definition an error is about."""
    match = re.fullmatch(r"(.*?):(\d+)(?::\d+)?", error.where or "")
    if match is None:
        return None
    path = Path(match[1])
    if path.suffix == ".sql":
        return written.variables.get(path.stem)
    text = written.texts.get(path.name, "")
    before = "\n".join(text.splitlines()[: int(match[2])])
    names = _ASSIGNMENT.findall(before)
    return written.variables.get(names[-1]) if names else None


def write_import(project: Project, imported: ImportedSchema, output: Path) -> list[Path]:
    """Write the modules, the baseline and the settings of an import, and return the files.

    Raises:
        SettingsError: If the folder has definitions already.
    """
    if output.is_dir() and any(output.rglob("*.py")):
        raise SettingsError(
            f"{display_path(output)}/ has definitions already",
            instead="Write to an empty folder with --output, compare with `schema-dsl diff`, and merge by hand.",
        )
    texts = {output / name: text for name, text in imported.texts.items()}
    root = project.settings.root
    changes: dict[str, object] = {
        "platform": project.settings.platform,
        "definitions": _relative(output, root),
        "managed": list(imported.schemas),
    }
    if imported.baseline:
        texts[root / BASELINE] = imported.baseline
        changes |= {"baseline": BASELINE, "first-number": project.history.next_number(1, "20000101")}
    if imported.folder is not None and imported.folder.resolve() != project.settings.migrations.resolve():
        changes["migrations"] = _relative(imported.folder, root)
    for path, text in texts.items():
        write_atomically(path, text)
    return [*texts, change_settings(root / "pyproject.toml", changes)]


def _relative(path: Path, root: Path) -> str:
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path.resolve())
