"""The fingerprint of definitions changes exactly when what they declare does."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import attrs
import pytest
from specimens import CHANGES, catalog, table

from schema_dsl import Check, Column, Index, Table, integer, sql, text
from schema_dsl.definitions import load_definitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Origin
from schema_dsl.platforms import platform

STATES = {
    f"{name} {number}": catalog(*tables)
    for name, change in CHANGES.items()
    for number, tables in enumerate(change)
}


class TestChanges:
    """It changes with everything that reaches SQL."""

    def test_between_all_states(self) -> None:
        """Two states have the same one only if nothing differs."""
        for (one, left), (two, right) in itertools.combinations(STATES.items(), 2):
            assert (left.objects == right.objects) == (left.fingerprint() == right.fingerprint()), (one, two)

    @pytest.mark.parametrize(
        "kind", sorted({identity.kind for side in STATES.values() for identity in side.objects})
    )
    def test_with_each_attribute(self, kind: str) -> None:
        """Of an object of each kind, whichever attribute that compares is another."""
        side = next(side for side in STATES.values() if side.of_kind(kind))
        identity, each = next(iter(side.of_kind(kind).items()))
        for field in attrs.fields(type(each)):
            changed: Any = object.__new__(type(each))
            for other in attrs.fields(type(each)):
                value = "another" if other is field else getattr(each, other.name)
                object.__setattr__(changed, other.name, value)
            after = Catalog({**side.objects, identity: changed})
            assert field.eq == (side.fingerprint() != after.fingerprint()), field.name

    def test_with_the_order_of_columns(self) -> None:
        """It means something: SELECT * gives them so."""
        one, two = Column("a", text), Column("b", text)
        assert (
            catalog(Table("t", columns=[one, two])).fingerprint()
            != catalog(Table("t", columns=[two, one])).fingerprint()
        )

    def test_with_what_is_sql(self) -> None:
        """An index on a column is not one on an expression of the same letters."""
        with_name = table(columns=[Column("lower", text)], indexes=[Index("lower", name="i")])
        with_sql = table(columns=[Column("lower", text)], indexes=[Index(sql("lower"), name="i")])
        assert catalog(with_name).fingerprint() != catalog(with_sql).fingerprint()


class TestStays:
    """It changes with nothing else."""

    def test_short_and_hexadecimal(self) -> None:
        """As it stands in headers."""
        assert re.fullmatch("[0-9a-f]{16}", Catalog().fingerprint())

    def test_where_it_was_declared(self) -> None:
        """Lines move all the time."""
        one, two = (table(columns=[Column("a", text, origin=Origin(file, 1))]) for file in "xy")
        assert catalog(one).fingerprint() == catalog(two).fingerprint()

    def test_in_which_order(self) -> None:
        """Tables may move between files, and indexes within a table."""
        one, two = table("one"), table("two")
        assert catalog(one, two).fingerprint() == catalog(two, one).fingerprint()
        indexes = [Index("id", name="a"), Index("id", name="b", where="id > 0")]
        assert (
            catalog(table(indexes=indexes)).fingerprint()
            == catalog(table(indexes=indexes[::-1])).fingerprint()
        )

    def test_examples_for_the_proof(self) -> None:
        """They are not part of a migration."""
        one, two = (
            table(columns=[Column("a", integer)], constraints=[Check("a > 0", accepts=rows)])
            for rows in ([], [{"a": 1}])
        )
        assert catalog(one).fingerprint() == catalog(two).fingerprint()

    def test_the_look_of_the_python(self, tmp_path: Path) -> None:
        """Comments, blank lines, helpers and docstrings of modules."""
        head = "from schema_dsl import *\n"
        versions = [
            head + 't = Table("t", columns=[Column("a", text)])\n',
            '"""Purpose."""\n'
            + head
            + '\n\n# why\nt = Table(\n    "t",\n    columns=[\n        Column("a", text),\n    ],\n)\n',
            head
            + 'def column(name):\n    return Column(name, text)\n\nt = Table("t", columns=[column("a")])\n',
        ]
        found = set()
        for version in versions:
            (tmp_path / "one.py").write_text(version)
            found.add(load_definitions(tmp_path, platform("vanilla")).fingerprint())
        assert 1 == len(found)

    def test_the_seed_of_hashes(self) -> None:
        """Every process gives the same."""
        code = (
            "import sys; sys.path.insert(0, sys.argv[1]); from specimens import *\n"
            "print(*(catalog(*tables).fingerprint() for change in CHANGES.values() for tables in change))"
        )
        outputs = {
            subprocess.run(
                [sys.executable, "-c", code, Path(__file__).parents[1] / "support"],
                env={**os.environ, "PYTHONHASHSEED": seed},
                check=True,
                capture_output=True,
                text=True,
            ).stdout.split()[5]
            for seed in ("0", "1")
        }
        assert outputs == {list(STATES.values())[5].fingerprint()}
