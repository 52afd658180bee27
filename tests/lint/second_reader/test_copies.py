"""The second reader compares what a file builds on partitions with what the partitioned table has."""

from __future__ import annotations

import pytest
from generated_files import GeneratedFile, generate_file
from specimen_partitions import PARTITIONS, visits
from specimen_parts import catalog

from schema_dsl import Index, Unique


@pytest.mark.parametrize("back", [False, True], ids=["forward", "back"])
@pytest.mark.parametrize("change", PARTITIONS)
def test_nothing_false(change: str, back: bool) -> None:  # noqa: FBT001
    """What is built partition by partition and attached is no difference."""
    before, after = (catalog(*objects) for objects in PARTITIONS[change][:: -1 if back else 1])
    assert [] == generate_file(before, after, "psql").compare()


@pytest.fixture(scope="module")
def generated() -> GeneratedFile:
    """A file that adds an index and a unique constraint to a partitioned table."""
    unique = Unique(["id", "patient"], name="u", include=["note"], nulls_not_distinct=True)
    index = Index(["patient", "note"], name="i", where="patient > 3")
    one, other = visits(names=["note"]), visits(names=["note"], constraints=[unique], indexes=[index])
    return generate_file(catalog(one), catalog(other), "psql")


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("(patient, note)", "(note, patient)", "elements"),
        ("WHERE patient > 3", "WHERE patient > 4", "where"),
        ("(id, patient) INCLUDE", "(patient, id) INCLUDE", "elements"),
        ("INCLUDE (note)", "INCLUDE (note, patient)", "include"),
        (" NULLS NOT DISTINCT", "", "nulls not distinct"),
        ("CREATE UNIQUE INDEX", "CREATE INDEX", "unique"),
    ],
)
def test_faults(generated: GeneratedFile, right: str, wrong: str, expected: str) -> None:
    """An index of one partition that differs from that of the partitioned table is reported."""
    assert [] == generated.compare()
    before, _, after = generated.text.rpartition(right)
    found = generated.compare(before + wrong + after)
    assert 1 == len(found)
    assert f"with another {expected} than" in found[0].message
