"""Objects that generated migrations created and the definitions no longer declare."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import pytest
from specimen_parts import WRITER, catalog
from specimens import CHANGES
from subjects import migration

from schema_dsl import Column, Function, Grant, Table, bigint
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.identity import Identity
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.privilege import Privilege, privilege_identity
from schema_dsl.parsing import Statement
from schema_dsl.verify.comparison import left_behind
from schema_dsl.verify.comparison.left_behind import find_left_behind

NOTHING = Catalog({})


def find(present: Catalog, *texts: str) -> list[Identity]:
    """Find the objects of a state that migrations with some texts left behind, if nothing is declared any more."""
    migrations = [Migration.from_text(Path(f"{number:03}.sql"), text) for number, text in enumerate(texts)]
    return find_left_behind(migrations, NOTHING, present, platform=NOTHING)


def area(kind: str) -> Function:
    """Return one of the functions `area`."""
    return Function(
        "area", schema="public", arguments=[f"side {kind}"], returns="text", language="sql", body="SELECT ''"
    )


class TestGenerated:
    """Objects that a generated migration created."""

    @pytest.mark.parametrize("name", sorted(CHANGES))
    def test_every_kind(self, name: str) -> None:
        """An object of each kind is found by the SQL that created it."""
        present = catalog(*CHANGES[name][1])
        created = [
            identity
            for identity, declared in present.objects.items()
            if identity.parent is None and getattr(declared, "existing", None) is None
        ]
        assert created == [each for each in find(present, migration(present)) if each.parent is None]

    def test_overload(self) -> None:
        """A function with other arguments that no migration created is not ours."""
        ours, theirs = catalog(area("integer")), catalog(area("integer"), area("text"))
        assert list(ours.objects) == find(theirs, migration(ours))

    @pytest.mark.parametrize(
        "drop",
        [
            "DROP FUNCTION public.area(int)",
            "DROP FUNCTION area",
            "DROP ROUTINE IF EXISTS area(side int, OUT text)",
        ],
    )
    def test_dropped(self, drop: str) -> None:
        """A function that a hand-written migration dropped and created again is not ours."""
        present = catalog(area("integer"))
        again = "CREATE FUNCTION area(side integer) RETURNS text LANGUAGE sql AS $$SELECT ''$$"
        assert [] == find(present, migration(present), f"{drop};\n{again};")

    def test_dropped_cast(self) -> None:
        """A cast that a hand-written migration dropped is not ours, although it exists again."""
        present = catalog(*CHANGES["a cast"][1])
        (cast,) = (identity for identity in present.objects if identity.kind == "cast")
        drop = f"DROP CAST ({cast.name})".replace("r'a\"nk", '"r\'a""nk"')
        assert cast in find(present, migration(present))
        assert cast not in find(present, migration(present), f"{drop};")

    def test_dropped_overload(self) -> None:
        """A drop of the function with other arguments leaves it ours."""
        present = catalog(area("integer"))
        assert list(present.objects) == find(present, migration(present), "DROP FUNCTION area(text);")

    def test_of_platform(self) -> None:
        """An object that is as the platform made it is not ours, although a migration creates it if it is missing."""
        present = catalog(Table("notes", columns=[Column("id", bigint)]))
        migrations = [Migration.from_text(Path("001_a.sql"), migration(present))]
        assert find_left_behind(migrations, NOTHING, present, platform=NOTHING)
        assert [] == find_left_behind(migrations, NOTHING, present, platform=present)

    def test_statements_about_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Only the statements about an object in question are parsed."""
        parsed: list[Statement] = []

        def record(statement: Statement) -> Sequence[Effect]:
            parsed.append(statement)
            return effects(statement)

        monkeypatch.setattr(left_behind, "effects", record)
        kept, left = (Table(name, columns=[Column("id", bigint)]) for name in ("kept", "gone"))
        migrations = [Migration.from_text(Path("001_a.sql"), migration(catalog(kept, left)))]
        found = find_left_behind(migrations, catalog(kept), catalog(kept, left), platform=NOTHING)
        assert ["gone"] == [identity.name for identity in found]
        assert [] == [statement.text for statement in parsed if "kept" in statement.text]


class TestGranted:
    """Privileges on our objects that the definitions do not manage."""

    @pytest.mark.parametrize(
        ("grant", "told"),
        [
            ("GRANT SELECT ON public.notes TO PUBLIC", ["public"]),
            ("GRANT SELECT (id) ON notes TO anon, authenticated", ["anon", "authenticated"]),
            ("GRANT ALL ON ALL TABLES IN SCHEMA public TO anon", ["anon"]),
            ("DO $$ BEGIN GRANT SELECT ON notes TO anon; END $$", ["anon"]),
            ("GRANT EXECUTE ON FUNCTION notes TO anon", []),
            ("GRANT SELECT ON theirs TO anon", []),
            ("GRANT SELECT ON notes TO anon; REVOKE ALL ON notes FROM anon", ["anon"]),
            ("ALTER TABLE notes RENAME TO old; GRANT SELECT ON old TO anon", []),
        ],
    )
    def test_by_hand(self, grant: str, told: list[str]) -> None:
        """A privilege that a hand-written migration granted on a table of ours is reported while it exists."""
        ours = catalog(Table("notes", columns=[Column("id", bigint)]))
        (notes,) = (identity for identity in ours.objects if identity.kind == "table")
        theirs = attrs.evolve(notes, name="theirs")
        privileges = {
            privilege_identity(table, role): Privilege(role, ["select"])
            for table in (notes, theirs)
            for role in ("anon", "authenticated", "public")
        }
        present = Catalog({**ours.objects, **privileges})
        migrations = [
            Migration.from_text(Path("001_a.sql"), migration(ours)),
            Migration.from_text(Path("002_b.sql"), f"{grant};"),
        ]
        found = find_left_behind(migrations, ours, present, platform=NOTHING)
        assert told == [identity.name for identity in found]
        assert {notes} >= {identity.parent for identity in found}

    @pytest.mark.parametrize("name", ["area(integer)", "public.area(side int)", "area"])
    def test_routine(self, name: str) -> None:
        """A privilege that a hand-written migration granted on our function is reported, with or without arguments."""
        ours = catalog(area("integer"))
        (function,) = ours.objects
        granted = privilege_identity(function, "anon")
        present = Catalog({**ours.objects, granted: Privilege("anon", ["execute"])})
        migrations = [
            Migration.from_text(Path("001_a.sql"), migration(ours)),
            Migration.from_text(Path("002_b.sql"), f"GRANT EXECUTE ON FUNCTION {name} TO anon;"),
        ]
        assert [granted] == find_left_behind(migrations, ours, present, platform=NOTHING)

    def test_ours(self) -> None:
        """Privileges that a generated migration granted are reported when the object declares none any more."""
        before = catalog(
            area("integer"),
            Table("notes", columns=[Column("id", bigint)], grants=[Grant("select", to=WRITER)]),
        )
        after = catalog(area("integer"), Table("notes", columns=[Column("id", bigint)]))
        granted = [each for each in before.objects if each.kind == "privilege" and each.name == WRITER]
        migrations = [Migration.from_text(Path("001_a.sql"), migration(before))]
        assert granted == find_left_behind(migrations, after, before, platform=NOTHING)
