"""Changes of a domain for which Postgres reads the values that exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import pytest
from fixtures_plans import World
from psycopg import errors
from specimen_parts import catalog

from schema_dsl import Check, Column, CompositeType, Domain, RangeType, Table, Type, named_type, text
from schema_dsl.errors import PlanError
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan import Plan, plan
from schema_dsl.sql import Sql


class TestValuesInsideOtherTypes:
    """Postgres refuses to check existing values of a domain inside arrays and other types."""

    @staticmethod
    def change(kind: str, *types: Any, **changes: Any) -> Plan:
        """Plan a change of a domain `code`, with a table of which a column has a type."""
        table = Table("t", columns=[Column("v", Type(Sql(kind)))])
        before, after = Domain("code", text), Domain("code", text, **changes)
        return plan(catalog(before, *types, table), catalog(after, *types, table))

    CHECK: ClassVar[list[Check]] = [Check("VALUE <> ''", name="c")]
    ENTRY = CompositeType("entry", {"code": named_type("code")})

    @pytest.mark.parametrize(
        ("kind", "types"),
        [
            ("code[]", []),
            ("code ARRAY", []),
            ("entry", [ENTRY]),
            ("entry[]", [ENTRY]),
            ("page", [ENTRY, CompositeType("page", {"first": named_type("entry")})]),
            ("codes", [RangeType("codes", named_type("code"))]),
            ("other", [Table("other", columns=[Column("c", named_type("code"))])]),
            ("short[]", [Domain("short", named_type("code"))]),
        ],
    )
    def test_refused(self, kind: str, types: list[Any]) -> None:
        """The plan is refused at the line of the domain, and says which column has it."""
        for change in ({"check": self.CHECK}, {"not_null": True}):
            with pytest.raises(PlanError, match=r"column v of public\.t has the domain inside") as caught:
                self.change(kind, *types, **change)
            assert Path(__file__).name in str(caught.value)

    @pytest.mark.parametrize("kind", ["code", "short"])
    def test_values_that_postgres_finds(self, kind: str) -> None:
        """A column of the domain itself, or of a domain over it, is read under a lock."""
        planned = self.change(kind, Domain("short", named_type("code")), check=self.CHECK)
        assert {"ShareLock"} == {hazard.lock for step in planned.steps for hazard in step.hazards}

    def test_new_values_only(self, world: World) -> None:
        """A check that is not validated, and a default, need no look at the values."""
        before = catalog(Domain("code", text), Table("t", columns=[Column("v", Type(Sql("code[]")))]))
        check = Check("VALUE <> ''", name="c", validated=False)
        after = catalog(
            Domain("code", text, check=[check], default="x"),
            Table("t", columns=[Column("v", Type(Sql("code[]")))]),
        )
        world.carry_out(plan(Catalog(), before), before)
        planned = plan(before, after)
        assert not any(step.hazards for step in planned.steps)
        world.carry_out(planned, after)
        with pytest.raises(errors.CheckViolation):
            world.connection.execute("INSERT INTO t VALUES (ARRAY['']::code[])")
