"""Random pairs of schemas with rows: a plan loses no row and no value, or stops before it would."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import psycopg
import pytest
from fixtures_plans import HEADER, World
from random_schemas import build_schema
from specimen_parts import OWNER, catalog

from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.plan import diff, plan, plan_differences
from schema_dsl.render import render
from schema_dsl.sql import identifier, identifiers

# A long run takes the number of pairs from the environment.
PAIRS: Final = int(os.environ.get("SCHEMA_DSL_RANDOM_PAIRS", "20"))
BATCH: Final = 20
_VALUES: Final = {"id": "{k}", "code": "{k}", "n": "1", "m": "2", "t": "'xy'", "d": "'2021-03-04'"}
Rows = dict[str, dict[tuple[str, str], dict[str, str | None]]]


def build(seed: int) -> Catalog:
    """Build the catalog of a random schema."""
    return catalog(*build_schema(Random(seed)))  # noqa: S311 - no secret


@contextlib.contextmanager
def everything_visible(world: World) -> Iterator[None]:
    """Act as the superuser, from whom policies hide no row."""
    world.connection.execute(b"RESET SESSION AUTHORIZATION")
    yield
    world.connection.execute(f"SET SESSION AUTHORIZATION {OWNER}".encode())


def insert_rows(world: World, schema: Catalog) -> None:
    """Insert rows with all values and with NULLs, as far as the constraints allow; keys are there to be referenced."""
    for _ in range(2):
        for table in schema.tables.values():
            for key, with_nulls in ((1, False), (2, False), (3, True), (4, False)):
                columns = [
                    column
                    for column in table.columns
                    if column.generated is None and (column.not_null or not with_nulls)
                ]
                values = ", ".join(_VALUES[column.name].format(k=key) for column in columns)
                if key == 4:
                    values = values.replace("'xy'", "'long'").replace("'2021-03-04'", "now()")
                names = identifiers(column.name for column in columns)
                text = f"INSERT INTO {identifier(table.name)} ({names}) OVERRIDING SYSTEM VALUE VALUES ({values})"
                with contextlib.suppress(psycopg.errors.IntegrityError), world.connection.transaction():
                    world.connection.execute(text.encode())


def read_rows(world: World) -> Rows:
    """Return the rows of all tables by id and code, which every table has."""
    found: Rows = {}
    query = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    for (name,) in world.connection.execute(query.encode()).fetchall():
        rows = world.connection.execute(
            f"SELECT to_jsonb(item) FROM {identifier(name)} AS item".encode()
        ).fetchall()
        texts = [
            {column: None if value is None else str(value) for column, value in row.items()}
            for (row,) in rows
        ]
        found[name] = {
            (str(row["id"]), str(row["code"])): row for row in texts if "id" in row and "code" in row
        }
    return found


def find_losses(before: Rows, after: Rows, schema: Catalog) -> Iterator[str]:
    """Yield each loss by a plan: a row, or a value other than the default of its column."""
    # "2 + 3" is the only default that is neither a number nor a literal; a literal doubles its quotes.
    defaults = {
        (name, column.name): "5"
        if str(column.default) == "2 + 3"
        else str(column.default).strip("'").replace("''", "'")
        for (_, name), table in schema.tables.items()
        for column in table.columns
    }
    for table, rows in before.items():
        for key, row in rows.items():
            later = after.get(table, {}).get(key)
            if later is None:
                yield f"row {key} of {table}"
                continue
            for column, value in row.items():
                kept = later.get(column)
                is_same = value == kept or {value, kept} == {day := str(value)[:10], f"{day}T00:00:00"}
                is_default = column not in later and value in {None, defaults.get((table, column))}
                if not (is_same or is_default or column == "g" or value is None):
                    yield f"{column} of row {key} of {table}: {value} is now {kept}"


def run_until_refused(world: World, text: str) -> None:
    """Run a migration statement by statement, until a guard or Postgres refuses the rows."""
    for statement in split(text).statements:
        try:
            with world.connection.transaction():
                world.connection.execute(statement.text.encode())
        except (psycopg.errors.ObjectNotInPrerequisiteState, psycopg.DataError, psycopg.IntegrityError):
            return
        except psycopg.Error as error:
            error.add_note(text)
            raise


@pytest.mark.parametrize("seeds", [range(first, first + BATCH) for first in range(0, PAIRS, BATCH)], ids=str)
def test_rows_survive(world: World, seeds: Sequence[int]) -> None:
    """Rows and values survive each plan, which otherwise stops: at a guard, or because Postgres refuses the rows."""
    for seed in seeds:
        one, two = build(2 * seed), build(2 * seed + 1)
        with world.connection.transaction(force_rollback=True):
            world.carry_out(plan(Catalog(), one), one)
            with everything_visible(world):
                insert_rows(world, one)
                before = read_rows(world)
            # Every second plan leaves objects that are no longer declared, as `generate` does without --drop.
            changes = [change for change in diff(one, two) if seed % 2 or change.after is not None]
            planned = plan_differences(changes, two.objects if seed % 2 else {**one.objects, **two.objects})
            text = render(planned, two, HEADER)
            run_until_refused(world, text)
            with everything_visible(world):
                after = read_rows(world)
            losses = list(find_losses(before, after, one))
            assert not losses, f"seed {seed}: {losses}\n{text}"
