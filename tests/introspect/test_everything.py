"""Tests that apply a table with every feature of the model on a server and read it back."""

from __future__ import annotations

import attrs
import pytest
from declared import apply, everything_for

from schema_dsl.introspect import canonicalize, compare, describe, introspect
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.owner import Ownership
from schema_dsl.model.privilege import Privilege, find_built_in
from schema_dsl.plan.rule import Ignored, load_kind_rules
from schema_dsl.postgres import Connection, Server

# Only a superuser may create these; tests/cases/ has them. Roles belong to the server: test_roles.py has them.
OF_SUPERUSERS = frozenset(
    {"event_trigger", "foreign_data_wrapper", "foreign_server", "foreign_table", "role", "user_mapping"}
)


@pytest.fixture
def wanted(server: Server) -> Catalog:
    """The declared state."""
    return everything_for(server.version)


class TestRoundTrip:
    """The round trip from declarations to a database and back."""

    def test_all_attributes_are_used(self) -> None:
        """Every attribute that is not ignored has a non-default value somewhere in the example."""
        wanted = everything_for(180000)
        unused = [
            f"{kind}.{field.name}"
            for kind, rule in load_kind_rules().items()
            if kind not in OF_SUPERUSERS
            for field in attrs.fields(type(next(iter(wanted.of_kind(kind).values()))))
            if not isinstance(rule.attributes[field.name], Ignored)
            and field.name not in rule.derived(None, None)
            # Only a superuser may declare these attributes of a function or publication; tests/cases/ has them.
            and field.name not in {"leakproof", "support", "library", "transforms", "schemas", "all_tables"}
            # So are the states of type internal of these aggregates.
            and field.name not in {"serial_function", "deserial_function", "order_by", "hypothetical"}
            # The embedded server has no ICU, and Postgres has one parser.
            and field.name not in {"deterministic", "icu_rules", "parser"}
            and all(getattr(item, field.name) == field.default for item in wanted.of_kind(kind).values())
        ]
        assert [] == unused

    def test_nothing_differs(self, owner: Connection, wanted: Catalog) -> None:
        """Applied by a role that is not a superuser and read back, nothing differs, and nothing is unsupported."""
        apply(owner, wanted)
        found = introspect(owner, like=wanted)
        assert [] == [describe(item) for item in compare(canonicalize(owner, wanted), found)]
        assert () == found.unsupported

    def test_objects_are_equal(self, owner: Connection, wanted: Catalog) -> None:
        """Every object from the database equals the canonical declaration, independently of `compare`."""
        apply(owner, wanted)
        expected = {
            identity: item
            for identity, item in canonicalize(owner, wanted).objects.items()
            if not isinstance(item, Privilege) or item != find_built_in(identity)
        }
        # Every object has an owner, but only declared ones are compared.
        found = {
            identity: item
            for identity, item in introspect(owner, like=wanted).catalog.objects.items()
            if not isinstance(item, Ownership) or identity in expected
        }
        assert set(expected) == set(found)
        for identity, item in expected.items():
            assert item == found[identity]

    def test_twice_is_once(self, owner: Connection, wanted: Catalog) -> None:
        """A second run of the migration changes nothing."""
        apply(owner, wanted)
        once = introspect(owner)
        apply(owner, wanted)
        assert once == introspect(owner)

    def test_canonical_needs_no_migration(self, owner: Connection, wanted: Catalog) -> None:
        """The canonical form is the same for missing tables, present tables, and tables with other columns."""
        before = canonicalize(owner, wanted)
        apply(owner, wanted)
        assert before == canonicalize(owner, wanted)
        owner.execute(
            "ALTER TABLE everything DROP COLUMN price CASCADE, DROP COLUMN count CASCADE, ADD count text"
        )
        assert before == canonicalize(owner, wanted)

    def test_canonical_leaves_nothing(self, owner: Connection, wanted: Catalog) -> None:
        """The database is unchanged after canonicalize."""
        canonicalize(owner, wanted)
        assert {} == introspect(owner).catalog.objects
        apply(owner, wanted)
        before = introspect(owner)
        canonicalize(owner, wanted)
        assert before == introspect(owner)

    def test_canonical_of_canonical(self, owner: Connection, wanted: Catalog) -> None:
        """The canonical form of the canonical form is the same."""
        once = canonicalize(owner, wanted)
        assert once == canonicalize(owner, once)
