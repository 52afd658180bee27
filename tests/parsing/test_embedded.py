"""Statements within bodies."""

from __future__ import annotations

from schema_dsl.parsing import split
from schema_dsl.parsing.embedded import embedded

BLOCK = """SELECT 1;
DO $$
DECLARE
  n int; é text := 'x;';
BEGIN
  IF NOT EXISTS (SELECT 1 FROM t) THEN
    ALTER TABLE a.b ADD COLUMN c text DEFAULT CASE WHEN true THEN 'x' ELSE 'y' END;
  ELSE
    INSERT INTO t (a) VALUES (1) RETURNING id INTO STRICT n;
  END IF;
  SELECT a, b INTO r.x, arr[1] FROM t;
  FOR r IN SELECT 1 LOOP
    EXECUTE 'DROP TABLE t';
    GRANT SELECT ON t TO x;
  END LOOP;
END $$;
"""


class TestEmbedded:
    """Static SQL in PL/pgSQL is SQL of the file."""

    def test_statements_of_a_block(self) -> None:
        """Each is found, parsed, and at its place."""
        found = embedded(split(BLOCK).statements[1])
        assert ["alter_table_stmt", "insert_stmt", "select_stmt", "grant_stmt"] == [s.kind for s in found]
        assert [7, 9, 11, 14] == [s.line for s in found]
        assert ["ALTER", "INSERT", "SELECT", "GRANT"] == [s.text.split(maxsplit=1)[0] for s in found]

    def test_trees_point_into_the_file(self) -> None:
        """A location in an inner tree is a place in the file."""
        grant = embedded(split(BLOCK).statements[1])[-1]
        location = grant.tree.objects[0].range_var.location
        assert BLOCK.index("t TO x") == grant.offset(location)

    def test_sql_bodies(self) -> None:
        """A body in SQL has its statements too, across doubled quotes."""
        sql = "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT ''é''; DELETE FROM t;'"
        found = embedded(split(sql).statements[0])
        assert ["select_stmt", "delete_stmt"] == [s.kind for s in found]
        assert sql.index("DELETE") == found[1].start

    def test_nothing_inside(self) -> None:
        """Other statements, and bodies in other languages, have none."""
        script = split("SELECT 1; CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'select'")
        assert [(), ()] == [embedded(statement) for statement in script.statements]
