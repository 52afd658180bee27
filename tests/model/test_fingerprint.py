"""The fingerprint changes exactly when the SQL of a declared object can change."""

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
from specimen_parts import catalog, table
from specimens import CHANGES

from schema_dsl import Check, Column, Domain, Index, Table, integer, sql, text
from schema_dsl.definitions import load_definitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Origin
from schema_dsl.platforms import platform

STATES = {
    f"{name} {number}": catalog(*tables)
    for name, change in CHANGES.items()
    for number, tables in enumerate(change)
}
KINDS = sorted({identity.kind for side in STATES.values() for identity in side.objects})


def _widen(value: Any, added: tuple[str, ...]) -> Any:
    """Return a value with one more attribute, whose default is (), in itself and in all values inside of it."""
    if isinstance(value, tuple):
        return tuple(_widen(each, added) for each in value)
    if not attrs.has(type(value)):
        return value
    new = attrs.field(default=(), kw_only=True)
    kind = attrs.make_class(type(value).__name__, {"added": new}, bases=(type(value),), init=False)
    wider: Any = object.__new__(kind)
    for field in attrs.fields(type(value)):
        object.__setattr__(wider, field.name, _widen(getattr(value, field.name), added))
    object.__setattr__(wider, "added", added)
    return wider


class TestChanges:
    """The fingerprint changes with each attribute that reaches SQL."""

    def test_all_pairs_of_states(self) -> None:
        """Two states have the same fingerprint only if their objects are equal."""
        states = [(name, state.objects, state.fingerprint()) for name, state in STATES.items()]
        for (one, objects, fingerprint), (two, others, other) in itertools.combinations(states, 2):
            assert (objects == others) == (fingerprint == other), (one, two)

    @pytest.mark.parametrize("kind", KINDS)
    def test_each_attribute(self, kind: str) -> None:
        """The fingerprint changes with each attribute that takes part in comparison, for each kind."""
        side = next(side for side in STATES.values() if side.of_kind(kind))
        identity, item = next(iter(side.of_kind(kind).items()))
        for field in attrs.fields(type(item)):
            changed: Any = object.__new__(type(item))
            for other in attrs.fields(type(item)):
                value = "another" if other is field else getattr(item, other.name)
                object.__setattr__(changed, other.name, value)
            after = Catalog({**side.objects, identity: changed})
            assert field.eq == (side.fingerprint() != after.fingerprint()), field.name

    def test_order_of_columns(self) -> None:
        """The order of columns changes the fingerprint, because SELECT * depends on the order."""
        one, two = Column("a", text), Column("b", text)
        assert (
            catalog(Table("t", columns=[one, two])).fingerprint()
            != catalog(Table("t", columns=[two, one])).fingerprint()
        )

    def test_name_and_expression(self) -> None:
        """An index on a column differs from an index on an expression with the same text."""
        with_name = table(columns=[Column("lower", text)], indexes=[Index("lower", name="i")])
        with_sql = table(columns=[Column("lower", text)], indexes=[Index(sql("lower"), name="i")])
        assert catalog(with_name).fingerprint() != catalog(with_sql).fingerprint()


class TestStability:
    """The fingerprint changes with nothing else."""

    def test_format(self) -> None:
        """The fingerprint has 16 hexadecimal digits."""
        assert re.fullmatch("[0-9a-f]{16}", Catalog().fingerprint())

    def test_origin(self) -> None:
        """The origin of a declaration does not affect the fingerprint."""
        one, two = (table(columns=[Column("a", text, origin=Origin(file, 1))]) for file in "xy")
        assert catalog(one).fingerprint() == catalog(two).fingerprint()

    def test_order_of_declarations(self) -> None:
        """The order of tables, and of indexes within a table, does not affect the fingerprint."""
        one, two = table("one"), table("two")
        assert catalog(one, two).fingerprint() == catalog(two, one).fingerprint()
        indexes = [Index("id", name="a"), Index("id", name="b", where="id > 0")]
        assert (
            catalog(table(indexes=indexes)).fingerprint()
            == catalog(table(indexes=indexes[::-1])).fingerprint()
        )

    def test_example_rows(self) -> None:
        """Example rows for the proof of constraints do not affect the fingerprint."""
        one, two = (
            table(columns=[Column("a", integer)], constraints=[Check("a > 0", accepts=rows)])
            for rows in ([], [{"a": 1}])
        )
        assert catalog(one).fingerprint() == catalog(two).fingerprint()

    def test_example_values_of_a_domain(self) -> None:
        """Example values of a domain's check do not affect the fingerprint either."""
        one, two = (
            Domain("d", integer, check=Check("VALUE > 0", name="c", accepts=rows))
            for rows in ([], [{"VALUE": 1}])
        )
        assert catalog(one).fingerprint() == catalog(two).fingerprint()

    @pytest.mark.parametrize("kind", KINDS)
    def test_new_attribute_of_a_class(self, kind: str) -> None:
        """A release that adds an attribute to a class, with a default, leaves the fingerprint as it is."""
        side = next(side for side in STATES.values() if side.of_kind(kind))
        wider = {identity: _widen(item, ()) for identity, item in side.of_kind(kind).items()}
        assert side.fingerprint() == Catalog({**side.objects, **wider}).fingerprint()
        changed = {identity: _widen(item, ("set",)) for identity, item in side.of_kind(kind).items()}
        assert side.fingerprint() != Catalog({**side.objects, **changed}).fingerprint()

    def test_layout_of_the_python(self, tmp_path: Path) -> None:
        """Comments, blank lines, helpers and docstrings do not affect the fingerprint."""
        head = "from schema_dsl import *\n"
        versions = [
            head + 't = Table("t", columns=[Column("a", text)])\n',
            '"""Purpose."""\n'
            + head
            + '\n\n# why\nt = Table(\n    "t",\n    columns=[\n        Column("a", text),\n    ],\n)\n',
            head
            + 'def column(name):\n    return Column(name, text)\n\nt = Table("t", columns=[column("a")])\n',
        ]
        fingerprints = set()
        for version in versions:
            (tmp_path / "one.py").write_text(version)
            fingerprints.add(load_definitions(tmp_path, platform("vanilla")).fingerprint())
        assert 1 == len(fingerprints)

    def test_hash_seed(self) -> None:
        """The fingerprint does not depend on PYTHONHASHSEED."""
        code = (
            "import sys; sys.path.insert(0, sys.argv[1])\n"
            "from specimen_parts import catalog; from specimens import CHANGES\n"
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
