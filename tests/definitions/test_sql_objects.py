"""The objects that definitions in files of SQL declare."""

from __future__ import annotations

from pathlib import Path

import pytest
from sql_definitions import PAIRS, PYTHON, load

from schema_dsl.analysis.identity import Identity

RENAMED = """-- A table.
-- schema-dsl: renamed_from=remark
CREATE TABLE remarks (
    id bigint, -- schema-dsl: renamed_from="I d"
    -- schema-dsl: renamed_from=Owner
    author text DEFAULT '-- schema-dsl: renamed_from',
    more text, note text, -- schema-dsl: renamed_from=comment
    CONSTRAINT c CHECK (id > 0) -- schema-dsl: renamed_from=d
) PARTITION BY LIST (id);
-- schema-dsl: renamed_from=first
CREATE TABLE p1 PARTITION OF remarks FOR VALUES IN (1);
-- schema-dsl: renamed_from="j'k"
CREATE INDEX i ON remarks (id);
-- schema-dsl: renamed_from=w
CREATE VIEW v AS SELECT 1 AS a;
"""


class TestObjects:
    """The objects that statements declare."""

    @pytest.mark.parametrize("name", PAIRS)
    def test_equal_those_of_python(self, tmp_path: Path, name: str) -> None:
        """A statement declares the object, with its parts, that Python declares."""
        statements, declaration = PAIRS[name]
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        expected = load(tmp_path / "a", app_py=f"{PYTHON}\nx = {declaration}\n")
        found = load(tmp_path / "b", app_py=PYTHON, more_sql=statements)
        assert set(expected.objects) == set(found.objects)
        for identity, item in expected.objects.items():
            assert item == found.objects[identity]

    def test_have_the_former_names_of_comments(self, tmp_path: Path) -> None:
        """A comment before a statement, or at a column or constraint, gives the former name."""
        found = load(tmp_path, app_py=PYTHON, more_sql=RENAMED)
        assert {
            ("table", "remarks"): "remark",
            ("column", "id"): "I d",
            ("column", "author"): "owner",
            ("column", "note"): "comment",
            ("check", "c"): "d",
            ("table", "p1"): "first",
            ("index", "i"): "j'k",
            ("view", "v"): "w",
        } == {
            (identity.kind, identity.name): item.renamed_from
            for identity, item in found.objects.items()
            if getattr(item, "renamed_from", None) is not None
        }

    def test_have_the_expressions_of_comments(self, tmp_path: Path) -> None:
        """A comment at a column gives the expression of a change; several comments may be about one column."""
        text = (
            "CREATE TABLE t (\n    a int, -- schema-dsl: using=length(a)::int\n"
            "    -- schema-dsl: renamed_from=d\n    -- schema-dsl: backfill='it''s = 1'\n"
            "    b text NOT NULL,  -- schema-dsl: using = b || ' -- x'\n    c int\n);"
        )
        found = load(tmp_path, app_sql=text).objects
        assert {
            "a": ("length(a)::int", None, None),
            "b": ("b || ' -- x'", "'it''s = 1'", "d"),
            "c": (None, None, None),
        } == {
            item.name: (item.using, item.backfill, item.renamed_from)
            for item in found.values()
            if item.kind == "column"
        }

    def test_have_their_line(self, tmp_path: Path) -> None:
        """An object and its parts have the lines of their statements."""
        text = "\n\nCREATE TABLE t (a int);\n\nCREATE POLICY p ON t USING (true);\n"
        found = load(tmp_path, app_sql=text).objects
        lines = {identity.kind: item.origin.line for identity, item in found.items()}
        assert {"table": 3, "column": 3, "policy": 5} == lines

    def test_are_a_section(self, tmp_path: Path) -> None:
        """The comment at the top of a file is the title and the purpose of its section."""
        text = "-- Notes.\n--\n-- One a day.\n\nCREATE TABLE t (a int);\n"
        sections = load(tmp_path, app_sql=text).sections
        assert [("Notes.", "One a day.", "definitions/app.sql")] == [
            (section.title, section.purpose, section.file) for section in sections
        ]

    def test_add_partitions_to_a_table_of_python(self, tmp_path: Path) -> None:
        """A partition in SQL belongs to the table that Python declares, beside the partitions that Python declares."""
        table = 'w = Table("w", columns=[Column("a", integer)], partition_by=by_list("a"), partitions=[{}])'
        one, two = 'Partition("w1", values_in(1))', 'Partition("w2", values_in(2), row_security=False)'
        (tmp_path / "a").mkdir()
        (tmp_path / "b").mkdir()
        expected = load(tmp_path / "a", app_py=f"{PYTHON}\n{table.format(f'{one}, {two}')}\n")
        text = "CREATE TABLE w2 PARTITION OF w FOR VALUES IN (2);"
        found = load(tmp_path / "b", app_py=f"{PYTHON}\n{table.format(one)}\n", more_sql=text)
        assert dict(expected.objects) == dict(found.objects)

    def test_add_parts_to_a_table_of_python(self, tmp_path: Path) -> None:
        """A policy, an index and a comment in SQL belong to the table that Python declares."""
        text = (
            "CREATE POLICY p ON notes USING (true); CREATE INDEX ON notes (body);"
            "COMMENT ON COLUMN notes.body IS 'c'; ALTER TABLE notes ENABLE ROW LEVEL SECURITY;"
        )
        found = load(tmp_path, app_py=PYTHON, more_sql=text).objects
        table = Identity("table", "public", "notes")
        assert found[table].row_security
        assert "c" == found[Identity("column", "public", "body", parent=table)].comment
        assert Identity("policy", "public", "p", parent=table) in found
        assert Identity("index", "public", "notes_body_idx", parent=table) in found

    def test_fingerprint(self, tmp_path: Path) -> None:
        """SQL that reaches a migration changes the fingerprint; comments and spaces between clauses do not."""
        text = (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 -- one\n$$;\n"
            "CREATE VIEW v AS SELECT 1 AS a -- two\n;\n"
            "COMMENT ON VIEW v IS 'three';"
        )
        whole = load(tmp_path, app_sql=text).fingerprint()
        for old in ("SELECT 1 -", "-- one", "AS a", "-- two", "'three'"):
            assert old in text
            assert whole != load(tmp_path, app_sql=text.replace(old, f"{old[:-1]}z{old[-1]}")).fingerprint()
        between = text.replace("RETURNS", "/* four */\n RETURNS").replace("COMMENT", "-- five\nCOMMENT")
        assert whole == load(tmp_path, app_sql=between).fingerprint()
