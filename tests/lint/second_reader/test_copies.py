"""The second reader compares the objects that a file builds on partitions with those of the partitioned table."""

from __future__ import annotations

from pathlib import Path

import pytest
from generated_files import GeneratedFile, generate_file
from specimen_partitions import PARTITIONS, visits
from specimen_parts import catalog
from specimens import CHANGES

from schema_dsl import Index, Unique
from schema_dsl.lint import Source, lint_paths
from schema_dsl.lint.second_reader.check import find_unparsed_statements
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import platform


@pytest.mark.parametrize("back", [False, True], ids=["forward", "back"])
@pytest.mark.parametrize("change", PARTITIONS)
def test_nothing_false(change: str, back: bool) -> None:  # noqa: FBT001
    """Indexes that are built partition by partition and attached are no difference."""
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


def test_moved_bounds() -> None:
    """The second reader follows partitions that are detached and attached again, and one that stays detached."""
    before, after = (catalog(*objects) for objects in CHANGES["bounds of partitions"])
    moved = generate_file(before, after, "psql")
    assert [] == find_unparsed_statements(Source.of(moved.text, "001.sql"), only_unread=True)
    assert [] == moved.compare()
    lines = [line for line in moved.text.splitlines(keepends=True) if "ATTACH PARTITION" in line]
    assert lines
    for line in lines:
        assert 1 == len(moved.compare(moved.text.replace(line, "")))


@pytest.mark.parametrize("change", [*PARTITIONS, "bounds of partitions"])
def test_lint_of_generated_files(tmp_path: Path, change: str) -> None:
    """Lint reports no decision of the planner about partitioned tables."""
    before, after = (catalog(*objects) for objects in CHANGES[change])
    for number, (old, new) in enumerate(((Catalog(), before), (before, after)), 1):
        path = tmp_path / f"00{number}_x.sql"
        path.write_text(generate_file(old, new, "psql").text, "utf-8")
    decided = {"adding-foreign-key-constraint", "combine-table-scans", "require-concurrent-partition-detach"}
    assert [] == [each for each in lint_paths([tmp_path], platform("vanilla"), after) if each.rule in decided]
