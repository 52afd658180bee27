"""Objects that generated migrations created and the definitions no longer declare."""

from __future__ import annotations

from pathlib import Path

import pytest
from specimens import CHANGES, catalog
from subjects import migration

from schema_dsl import Function
from schema_dsl.analysis.identity import Identity
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.verify.left_behind import find_left_behind

NOTHING = Catalog({})
# ALTER DEFAULT PRIVILEGES creates no object, so default privileges that are no longer declared are not told.
UNTOLD = {"default privileges"}


def find(present: Catalog, *texts: str) -> list[Identity]:
    """Find what is left behind of a state after migrations with some texts, if nothing is declared any more."""
    migrations = [Migration.from_text(Path(f"{number:03}.sql"), text) for number, text in enumerate(texts)]
    return find_left_behind(migrations, NOTHING, present, platform=NOTHING)


def area(kind: str) -> Function:
    """Return one of the functions `area`."""
    return Function(
        "area", schema="public", arguments=[f"side {kind}"], returns="text", language="sql", body="SELECT ''"
    )


class TestGenerated:
    """What a generated migration created."""

    @pytest.mark.parametrize("name", sorted(CHANGES.keys() - UNTOLD))
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
        """A function of other arguments that somebody else created is theirs."""
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
        """A function that a later migration dropped, and somebody created again, is theirs."""
        present = catalog(area("integer"))
        again = "CREATE FUNCTION area(side integer) RETURNS text LANGUAGE sql AS $$SELECT ''$$"
        assert [] == find(present, migration(present), f"{drop};\n{again};")

    def test_dropped_overload(self) -> None:
        """A drop of the function with other arguments leaves it ours."""
        present = catalog(area("integer"))
        assert list(present.objects) == find(present, migration(present), "DROP FUNCTION area(text);")
