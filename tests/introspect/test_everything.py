"""One table that says everything the model can say, made on a real server and read back."""

from __future__ import annotations

import attrs
import pytest
from declared import apply, everything_for

from schema_dsl.introspect import canonical, compare, describe, introspect
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.rule import Ignored, rules
from schema_dsl.postgres import Connection, Server


@pytest.fixture
def wanted(server: Server) -> Catalog:
    """Everything, as declared."""
    return everything_for(server.version)


class TestRoundTrip:
    """Declared, made, read: what is read is what was declared."""

    def test_all_attributes_are_used(self) -> None:
        """Every attribute that a database holds has a value other than its default somewhere in the example."""
        wanted = everything_for(180000)
        unused = [
            f"{kind}.{field.name}"
            for kind, rule in rules().items()
            for field in attrs.fields(type(next(iter(wanted.of_kind(kind).values()))))
            if not isinstance(rule.attributes[field.name], Ignored)
            and all(getattr(each, field.name) == field.default for each in wanted.of_kind(kind).values())
        ]
        assert [] == unused

    def test_nothing_differs(self, owner: Connection, wanted: Catalog) -> None:
        """Made by a role that is no superuser and read back, it compares equal, and nothing is beyond the model."""
        apply(owner, wanted)
        found = introspect(owner)
        assert [] == [describe(each) for each in compare(canonical(owner, wanted), found)]
        assert () == found.unsupported

    def test_objects_are_equal(self, owner: Connection, wanted: Catalog) -> None:
        """What is read equals the canonical declaration object by object, not only by the comparing."""
        apply(owner, wanted)
        expected = {
            identity: each for identity, each in canonical(owner, wanted).objects.items() if _holds(each)
        }
        found = introspect(owner).catalog.objects
        assert set(expected) == set(found)
        for identity, each in expected.items():
            assert each == found[identity]

    def test_twice_is_once(self, owner: Connection, wanted: Catalog) -> None:
        """Applying the migration again changes nothing that is read."""
        apply(owner, wanted)
        once = introspect(owner)
        apply(owner, wanted)
        assert once == introspect(owner)

    def test_canonical_needs_no_migration(self, owner: Connection, wanted: Catalog) -> None:
        """The canonical form is the same whether the tables are there, not there yet, or otherwise there."""
        before = canonical(owner, wanted)
        apply(owner, wanted)
        assert before == canonical(owner, wanted)
        owner.execute(
            "ALTER TABLE everything DROP COLUMN price CASCADE, DROP COLUMN count CASCADE, ADD count text"
        )
        assert before == canonical(owner, wanted)

    def test_canonical_leaves_nothing(self, owner: Connection, wanted: Catalog) -> None:
        """Asking leaves no trace."""
        canonical(owner, wanted)
        assert {} == introspect(owner).catalog.objects
        apply(owner, wanted)
        before = introspect(owner)
        canonical(owner, wanted)
        assert before == introspect(owner)

    def test_canonical_of_canonical(self, owner: Connection, wanted: Catalog) -> None:
        """What Postgres wrote it writes the same way again."""
        once = canonical(owner, wanted)
        assert once == canonical(owner, once)


def _holds(each: object) -> bool:
    return getattr(each, "privileges", None) != () or bool(getattr(each, "columns", ()))
