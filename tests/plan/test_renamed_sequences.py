"""The sequences of identity and serial columns have the new default names after a rename of the table or column."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from schema_dumps import dump_schema
from specimen_parts import NASTY, catalog

from schema_dsl import Column, PrimaryKey, Sequence, Table, Type, bigint, integer, text
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import diff, plan
from schema_dsl.plan.rename import Rename, build_rename_groups, find_declared_renames
from schema_dsl.postgres import Connection, Server
from schema_dsl.render import Header, render, render_step
from schema_dsl.verify.comparison.renames import read_renamed

HEADER = Header(file="1.sql", title="", purpose="", date="2026-01-01", definitions="0" * 16)


def declare(*names: str, **former: str) -> Catalog:
    """Declare a table with an identity and a serial column, by their names and those of the renamed ones before."""
    table, identity, serial = names
    return catalog(
        Table(
            table,
            renamed_from=former.get("table"),
            columns=[
                Column(identity, bigint, identity="always", renamed_from=former.get("identity")),
                Column(serial, Type("serial"), renamed_from=former.get("serial")),
                Column("other", Type("bigserial")),
                Column("body", text),
            ],
            constraints=[PrimaryKey(identity, name="key")],
        )
    )


def read_numbers(connection: Connection, table: str) -> Any:
    """Insert a row, and return its numbers."""
    return connection.execute(f"INSERT INTO {table} (body) VALUES ('a') RETURNING *".encode()).fetchone()


LONG = "n" * 40 + "ä" * 5


@pytest.mark.parametrize(
    ("names", "former"),
    [
        (("remarks", "id", "n"), {"table": "notes"}),
        (("notes", "number", "m"), {"identity": "id", "serial": "n"}),
        (("remarks", "number", "m"), {"table": "notes", "identity": "id", "serial": "n"}),
        ((LONG, NASTY[:20], "m"), {"table": "notes", "identity": "id", "serial": "n"}),
    ],
    ids=["table", "columns", "both", "hostile"],
)
def test_dump_equals_that_of_a_new_database(
    server: Server, names: tuple[str, str, str], former: dict[str, str]
) -> None:
    """After the renames, pg_dump writes what it writes of a database with the new names, and so after the way back.

    The next numbers are kept, a second run changes nothing, and nothing more is due.
    """
    before, after = declare("notes", "id", "n"), declare(*names, **former)
    with contextlib.ExitStack() as stack:
        dumps = []
        for state in (before, after):
            database = stack.enter_context(server.database())
            connection = stack.enter_context(contextlib.closing(database.connect()))
            connection.execute(render(plan(Catalog(), state), state, HEADER).encode())
            dumps.append(dump_schema(database))
        database = stack.enter_context(server.database())
        connection = stack.enter_context(contextlib.closing(database.connect()))
        connection.execute(render(plan(Catalog(), before), before, HEADER).encode())
        connection.execute("INSERT INTO notes (body) VALUES ('a'), ('b')")
        with connection.transaction(force_rollback=True):
            renamed = read_renamed(connection, after)
        # A serial column owns a sequence that the definitions do not declare.
        assert {"sequence", "owning_column", "schema"} >= {
            each.identity.kind for each in diff(renamed.present.catalog, renamed.declared)
        }
        back = tuple(rename.reverse for rename in reversed(renamed.renames))
        for renames, wanted, dump in ((renamed.renames, after, dumps[1]), (back, before, dumps[0])):
            steps = [step for group in build_rename_groups(renames, wanted.objects) for step in group.steps]
            for _ in range(2):
                connection.execute("\n".join(map(render_step, steps)).encode())
                assert dump == dump_schema(database)
        assert (3, 3, 3, "a") == read_numbers(connection, "notes")


class TestDeclared:
    """Which sequences are renamed."""

    def find(self, wanted: Catalog, *more: Any) -> list[Rename]:
        """Find the renames of a database with the former names, and with further objects."""
        present = [*declare("notes", "id", "n").objects, *more]
        return find_declared_renames(present, wanted.objects)

    def test_declared_sequence_keeps_its_name(self) -> None:
        """A sequence that the definitions declare has the name of its declaration."""
        wanted = declare("remarks", "id", "n", table="notes")
        kept = catalog(Sequence("notes_id_seq"), Sequence("remarks_n_seq"))
        (rename,) = self.find(Catalog({**wanted.objects, **kept.objects}))
        assert [("notes_other_seq", "remarks_other_seq")] == [
            (old.name, new.name) for old, new in rename.sequences
        ]

    def test_taken_name_is_not_given(self) -> None:
        """A sequence keeps its name if another one has the new name."""
        taken = next(iter(catalog(Sequence("remarks_other_seq")).objects))
        (rename,) = self.find(declare("remarks", "id", "n", table="notes"), taken)
        assert ["remarks_id_seq", "remarks_n_seq"] == [new.name for _, new in rename.sequences]

    def test_column_without_sequence(self) -> None:
        """A column without a sequence has none to rename, and a new column has a sequence of the new name."""
        table = Table(
            "remarks",
            renamed_from="notes",
            columns=[Column("id", bigint), Column("new", integer, identity="always")],
        )
        (rename,) = self.find(catalog(table))
        assert () == rename.sequences
