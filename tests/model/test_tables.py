"""Declarations of tables: their storage, and the mistakes in them."""

from __future__ import annotations

import pytest

from schema_dsl import Check, Column, Table, text
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, build_catalog


class TestStorage:
    """The storage of a table."""

    def test_existing_table_is_not_managed(self) -> None:
        """Of an existing table, storage that is not declared is unmanaged."""
        declared = Table("t", existing=[])
        assert (None, (), None) == (declared.unlogged, declared.parameters, declared.replica_identity)

    def test_own_table_is_logged(self) -> None:
        """A table of ours is logged unless declared otherwise."""
        assert Table("t", columns=[Column("a", text)]).unlogged is False

    def test_parameters_are_text(self) -> None:
        """Parameters are stored as Postgres stores them."""
        declared = Table("t", parameters={"toast.vacuum_truncate": False, "fillfactor": 70})
        assert (("fillfactor", "70"), ("toast.vacuum_truncate", "off")) == declared.parameters

    def test_replica_identity_is_refused(self) -> None:
        """A replica identity that Postgres does not have is an error."""
        with pytest.raises(DefinitionError, match="replica_identity of table t cannot be 'all'"):
            Table("t", replica_identity="all")  # type: ignore[arg-type]

    def test_two_replica_identities_are_refused(self) -> None:
        """A table sends either all columns of an old row, or those of an index."""
        with pytest.raises(
            DefinitionError, match="table t has replica_identity= and replica_identity_index="
        ):
            Table("t", replica_identity="full", replica_identity_index="i")

    def test_marked_index_that_is_not_declared(self) -> None:
        """An index that CLUSTER uses is one of the table."""
        with pytest.raises(DefinitionError, match=r"cluster_on of table public\.t is 't_pk'") as caught:
            build_catalog([Table("t", columns=[Column("a", text, primary_key=True)], cluster_on="t_pk")])
        assert "Did you mean 't_pkey'?" == caught.value.instead


class TestNotNullNames:
    """Named NOT NULL constraints, of which Postgres stores the names as those of other constraints."""

    @staticmethod
    def declare(check: str) -> Catalog:
        """Declare a table with a named NOT NULL constraint and a check."""
        column = Column("item", text, not_null=True, not_null_name="filled")
        return build_catalog(
            [Table("store", columns=[column], constraints=[Check("item <> ''", name=check)])]
        )

    def test_a_check_named_like_the_column(self) -> None:
        """A check may have the name of the column."""
        assert "item" in {identity.name for identity in self.declare("item").objects}

    def test_a_check_of_the_same_name(self) -> None:
        """A check may not have the name of the NOT NULL constraint."""
        with pytest.raises(DefinitionError, match="table store has constraint filled twice"):
            self.declare("filled")
