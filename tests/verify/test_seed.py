"""Fixture rows are of many kinds, so that a change of rows finds some of them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import pytest
from shares import share
from subjects import subject_of

from schema_dsl import Column, Partition, Table, bigint, by_list, integer, text, values_in
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.postgres.connection import rolled_back
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.fixtures.seed import seeded_database
from schema_dsl.verify.proofs.matches import PROOF
from schema_dsl.verify.snapshots.rows import list_row_changes, snapshot_rows
from schema_dsl.verify.snapshots.undeclared import NOT_DECLARED

# A table that other migrations create, with columns of many types.
BASELINE = """
CREATE TYPE public.mood AS ENUM ('sad', 'calm', 'happy');
CREATE TABLE public.people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text UNIQUE);
CREATE TABLE public.items (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    person bigint NOT NULL REFERENCES public.people,
    editor bigint REFERENCES public.people,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    due date,
    lasts interval,
    amount numeric(10, 2) NOT NULL DEFAULT 0,
    rank integer,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'open', 'closed')),
    mood public.mood,
    title text,
    code text NOT NULL CHECK (code ~ '^[A-Z]{2}-[0-9]+$'),
    done boolean NOT NULL DEFAULT false,
    data jsonb,
    tags text[],
    low integer,
    high integer,
    CONSTRAINT ordered CHECK (low < high),
    UNIQUE (person, code)
);
"""
NEW = Table("new", columns=[Column("id", bigint, primary_key=True)])
_ITEMS = "public.items"
# The change of rows by each statement.
DELETES = [
    "created_at < now() - interval '1 day'",
    "created_at < now() - interval '1 year'",
    "created_at > now() - interval '1 day'",
    "created_at > now()",
    "created_at < '2000-01-01'",
    "deleted_at IS NULL",
    "deleted_at IS NOT NULL",
    "deleted_at < now()",
    "due < current_date",
    "due > current_date + 7",
    "due IS NULL",
    "lasts < '0'",
    "lasts > '1 day'",
    "amount = 0",
    "amount < 0",
    "amount > 1000",
    "rank IS NULL",
    "rank < 0",
    "rank = 0",
    "rank > 10",
    "state = 'closed'",
    "state <> 'new'",
    "mood = 'happy'",
    "mood IS NULL",
    "title = ''",
    "title IS NULL",
    "length(title) > 1000",
    "trim(title) = ''",
    "title LIKE '%@%'",
    "done",
    "NOT done",
    "data IS NULL",
    "data = '{}'",
    "data <> '{}'",
    "jsonb_typeof(data) = 'array'",
    "data ? 'status'",
    "NOT data ? 'status'",
    "data ->> 'status' = 'active'",
    "cardinality(tags) = 0",
    "cardinality(tags) > 1",
    "tags IS NULL",
    "low IS NULL",
    "high < 0",
    "editor IS NULL",
    "editor IS NOT NULL",
    "state = 'open' AND NOT done",
    "done AND deleted_at IS NULL",
    "state = 'closed' AND created_at < now() - interval '30 days'",
    "id = (SELECT id FROM public.items LIMIT 1)",
]
UPDATES = {
    "title = 'x'": "title",
    "title = upper(title)": "title",
    "title = nullif(title, '')": "title",
    "title = trim(title)": "title",
    "title = left(title, 500)": "title",
    "amount = round(amount)": "amount",
    "amount = -amount": "amount",
    "amount = greatest(amount, 0)": "amount",
    "rank = coalesce(rank, 0)": "rank",
    "rank = rank + 1": "rank",
    "state = 'new'": "state",
    "mood = 'calm'": "mood",
    "done = true": "done",
    "done = NOT done": "done",
    "deleted_at = now() + interval '1 second'": "deleted_at",
    "deleted_at = coalesce(deleted_at, created_at)": "deleted_at",
    "created_at = date_trunc('year', created_at)": "created_at",
    "due = coalesce(due, '2024-01-01')": "due",
    "data = '{}'": "data",
    "data = coalesce(data, '{}')": "data",
    "data = data - 'status' WHERE jsonb_typeof(data) = 'object'": "data",
    "tags = array_append(tags, 'x')": "tags",
    "editor = person": "editor",
}
STATEMENTS = [
    *(f"DELETE FROM {_ITEMS} WHERE {condition}" for condition in DELETES),
    *(f"UPDATE {_ITEMS} SET {assignment}" for assignment in UPDATES),
]
_ALL_LOST = r"public\.items lost (\d+) of \1 rows"
OTHERS = {
    "TRUNCATE public.items": _ALL_LOST,
    "INSERT INTO public.people (email) VALUES ('planted')": r"public\.people gained 1 row\b",
    "INSERT INTO public.items (person, code) SELECT id, 'XX-1' FROM public.people": r"public\.items gained \d+ rows",
    "DO $$ BEGIN DELETE FROM public.items WHERE done; END $$": r"public\.items lost \d+ of \d+ rows",
    "WITH gone AS (DELETE FROM public.items RETURNING 1) SELECT count(*) FROM gone": _ALL_LOST,
    "DELETE FROM public.people AS p WHERE p.id NOT IN (SELECT person FROM items) AND p.id NOT IN"
    " (SELECT editor FROM items WHERE editor IS NOT NULL)": r"public\.people lost \d+ of \d+ rows",
    "UPDATE public.people SET email = 'planted' WHERE id = 1": (
        r"public\.people has changed values in email \(1 of \d+ rows\)"
    ),
    "MERGE INTO public.items AS i USING public.people AS p ON i.person = p.id WHEN MATCHED THEN DELETE": _ALL_LOST,
    "INSERT INTO public.new VALUES (1)": r"public\.new is new and has rows \(1\)",
    # No row has such a title: the command itself is reported.
    "DELETE FROM public.items WHERE title = 'no row has this title'": r"the migration runs DELETE on public\.items",
    "UPDATE public.people SET email = email WHERE false": r"the migration runs UPDATE on public\.people",
}


@pytest.fixture(scope="module")
def items(server: Server) -> Iterator[Scratch]:
    """Scratch databases with existing tables of many column types, and a migration that does not touch them."""
    with Scratch(server, subject_of(NEW, platform=platform("vanilla"), baseline=BASELINE)) as scratch:
        yield scratch


@pytest.fixture(scope="module")
def rows(items: Scratch) -> Iterator[Connection]:
    """A session in a database with the fixture rows of these tables, for statements that are undone."""
    with seeded_database(items, "before") as database, contextlib.closing(database.connect()) as connection:
        yield connection


def describe_changes(connection: Connection, statement: str) -> list[str]:
    """Run a statement, undo it, and return a sentence for each table whose rows it changed."""
    before = snapshot_rows(connection)
    with rolled_back(connection):
        connection.execute(statement.encode())
        after = snapshot_rows(connection)
    return [f"{change.table} {change.description}" for change in list_row_changes(before, after)]


def find_sentences(scratch: Scratch, statement: str) -> list[str]:
    """Run the proof `matches` on the migration with a statement at its end, and return the failures."""
    with scratch.variant(script=f"{scratch.subject.script}\n{statement};\n") as variant:
        return list(PROOF.run(variant).failures)


class TestChangesOfRows:
    """A change of rows that the definitions do not request is a failure that names the table and the number of rows."""

    def test_none(self, items: Scratch) -> None:
        """A migration that changes no row is proven."""
        found = PROOF.run(items)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))

    @pytest.mark.parametrize("condition", DELETES)
    def test_deleted(self, rows: Connection, condition: str) -> None:
        """A DELETE with any of these conditions finds rows, and leaves others."""
        (sentence,) = describe_changes(rows, f"DELETE FROM {_ITEMS} WHERE {condition}")
        match = re.fullmatch(rf"{_ITEMS} lost (\d+) of (\d+) rows", sentence)
        assert match is not None, sentence
        assert 0 < int(match[1]) < int(match[2])

    @pytest.mark.parametrize("assignment", UPDATES)
    def test_updated(self, rows: Connection, assignment: str) -> None:
        """An UPDATE with any of these assignments changes rows, and the sentence names the column."""
        (sentence,) = describe_changes(rows, f"UPDATE {_ITEMS} SET {assignment}")
        column = UPDATES[assignment]
        pattern = rf"{_ITEMS} has changed values in {column} \([1-9]\d* of \d+ rows\)"
        assert re.fullmatch(pattern, sentence), sentence

    @pytest.mark.parametrize("statement", share(STATEMENTS, one_in=8))
    def test_in_a_migration(self, items: Scratch, rows: Connection, statement: str) -> None:
        """The proof reports the effects of the statement on rows if the migration contains the statement."""
        expected = [f"{sentence}, {NOT_DECLARED}" for sentence in describe_changes(rows, statement)]
        assert expected == find_sentences(items, statement)

    @pytest.mark.parametrize("statement", OTHERS)
    def test_others(self, items: Scratch, statement: str) -> None:
        """Other changes of rows are found too: in blocks and queries, of new tables, and commands that find no row."""
        found = find_sentences(items, statement)
        assert any(re.match(OTHERS[statement], sentence) for sentence in found), found


class TestRows:
    """The rows of a seeded database."""

    def test_kinds(self, items: Scratch) -> None:
        """Each value of an enum and of a list is in a row, and so are NULL, empty, long, negative and old values."""
        with seeded_database(items, "before") as database, database.connect() as connection:
            values = snapshot_rows(connection)["public.items"].values
        assert {"new", "open", "closed"} == set(values["state"])
        assert {"sad", "calm", "happy", None} == set(values["mood"])
        assert {"t", "f"} <= {str(value)[:1] for value in values["done"]}
        assert {None, ""} <= set(values["title"])
        assert max(len(value or "") for value in values["title"]) > 1000
        numbers = [int(value) for value in values["rank"] if value is not None]
        assert min(numbers) < 0 < max(numbers)
        assert 0 in numbers
        assert {None, "{}"} <= set(values["data"])
        years = {int(value[:4]) for value in values["created_at"] if value is not None}
        assert max(years) - min(years) > 15

    def test_unique_columns(self, items: Scratch) -> None:
        """A unique column that may be NULL has values and NULL."""
        with seeded_database(items, "before") as database, database.connect() as connection:
            emails = snapshot_rows(connection)["public.people"].values["email"]
        assert None in emails
        assert len(set(emails)) > 5

    def test_same_under_every_setting(self, scratch: Scratch) -> None:
        """Under each setting of default privileges, a state has the same rows."""
        for state in ("before", "after"):
            found = []
            for setting in scratch.settings:
                with seeded_database(scratch, state, setting) as database, database.connect() as connection:
                    rows = snapshot_rows(connection)
                    found.append(
                        {name: (table.columns, sorted(map(str, table.rows))) for name, table in rows.items()}
                    )
            assert len(found) == 2
            assert found[0] == found[1]

    def test_triggers_and_baseline_rows(self, server: Server) -> None:
        """Rows of the baseline stay, and a trigger that writes rows of another table is no obstacle."""
        baseline = """
            CREATE TABLE public.kinds (name text PRIMARY KEY);
            INSERT INTO public.kinds VALUES ('a'), ('b');
            CREATE TABLE public.log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text);
            CREATE FUNCTION public.record() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO public.log (kind) VALUES (NEW.name); RETURN NULL; END';
            CREATE TRIGGER record AFTER INSERT ON public.kinds FOR EACH ROW EXECUTE FUNCTION public.record();
        """
        with Scratch(server, subject_of(NEW, platform=platform("vanilla"), baseline=baseline)) as scratch:
            with seeded_database(scratch, "before") as database, database.connect() as connection:
                rows = snapshot_rows(connection)
            found = PROOF.run(scratch)
        assert {"a", "b"} < set(rows["public.kinds"].values["name"])
        assert rows["public.log"].count > rows["public.kinds"].count
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))

    def test_partitions(self, server: Server) -> None:
        """Each partition has rows, also where the key of the partitions has a different value in each row."""
        rooms = Table(
            "rooms",
            columns=[
                Column("name", text, primary_key=True),
                Column("size", integer),
                Column("number", integer, not_null=True, identity="always"),
            ],
            partition_by=by_list("name"),
            partitions=[Partition("halls", values_in("hall", "lobby")), Partition("others")],
        )
        vanilla = platform("vanilla")
        subject = subject_of(NEW, platform=vanilla, baseline=subject_of(rooms, platform=vanilla).script)
        with (
            Scratch(server, subject) as scratch,
            seeded_database(scratch, "before") as database,
            contextlib.closing(database.connect()) as connection,
        ):
            rows = snapshot_rows(connection)
        assert 0 not in {rows["public.halls"].count, rows["public.others"].count}
