"""The replay of renamed objects, and of DROP with CASCADE."""

from __future__ import annotations

import pytest
from replayed_history import after, table

from schema_dsl.analysis.identity import Identity


class TestCascade:
    """The dependents that DROP CASCADE drops."""

    def test_views(self) -> None:
        """CASCADE drops the views that depend on the table, directly or not, and no others."""
        schema = after(
            "CREATE TABLE a (x int); CREATE TABLE b (x int); CREATE VIEW of_a AS SELECT x FROM a;"
            "CREATE VIEW of_view AS SELECT x FROM of_a; CREATE VIEW of_b AS SELECT x FROM b; DROP TABLE a CASCADE"
        )
        assert {"b", "of_b"} == {name for _, name in schema.relations}

    def test_policies(self) -> None:
        """CASCADE drops the policies that read the table and the foreign keys to it, and no others."""
        setup = (
            "CREATE TABLE a (x int PRIMARY KEY); CREATE TABLE b (x int PRIMARY KEY); CREATE TABLE c (y int);"
            "CREATE TABLE t (x int REFERENCES a, y int REFERENCES b);"
            "CREATE POLICY of_a ON t USING (x IN (SELECT x FROM a));"
            "CREATE POLICY of_b ON t USING (x IN (SELECT x FROM b)); CREATE POLICY of_t ON t USING (x > 0);"
        )
        after_b = table(after(f"{setup} DROP TABLE c CASCADE; DROP TABLE b CASCADE"))
        assert {"of_a", "of_t"} == after_b.policies.keys()
        assert {"t_x_fkey"} == after_b.constraints.keys()
        changed = "ALTER POLICY of_b ON t USING (x IN (SELECT x FROM a)); DROP TABLE a CASCADE"
        after_a = table(after(f"{setup} DROP TABLE c CASCADE; {changed}"))
        assert {"of_t"} == after_a.policies.keys()


class TestRenames:
    """Renamed objects, and the references to them."""

    SETUP = (
        "CREATE SCHEMA a; CREATE TYPE a.mood AS ENUM ('x'); CREATE TABLE a.t (id int PRIMARY KEY, m a.mood[]);"
        "CREATE TABLE u (t int REFERENCES a.t, m a.mood); CREATE INDEX i ON a.t (m);"
        "CREATE FUNCTION f(a.mood) RETURNS SETOF a.t LANGUAGE sql AS 'SELECT * FROM a.t';"
        "CREATE FUNCTION a.g() RETURNS int LANGUAGE sql AS 'SELECT 1';"
    )

    def test_schema(self) -> None:
        """Renaming a schema moves every object in it, and the objects stay known."""
        schema = after(f"{self.SETUP} ALTER SCHEMA a RENAME TO b")
        moved = schema.relations["b", "t"]
        assert {"id": "int4", "m": "b.mood[]"} == {
            column.name: column.type for column in moved.columns.values()
        }
        assert moved.complete
        assert ("b", "t") == schema.indexes["b", "i"].relation
        assert [("b", "t")] == [constraint.target for constraint in table(schema, "u").constraints.values()]
        assert "b.mood" == table(schema, "u").columns["m"].type
        (function,) = schema.routines["public", "f"]
        assert (("b.mood",), "b.t") == (function.signature.arguments, function.signature.returns)
        assert ["b"] == [routine.schema for routine in schema.routines["b", "g"]]
        assert schema.is_absent_relation("a", "t")
        assert not schema.unknown_kinds

    def test_identities(self) -> None:
        """The identities of a renamed table and of its parts have the new schema and names."""
        schema = after(
            "CREATE TABLE t (a int CONSTRAINT c CHECK (a > 0), b int UNIQUE); CREATE INDEX i ON t (a);"
            "CREATE POLICY p ON t USING (true); CREATE TRIGGER g BEFORE INSERT ON t EXECUTE FUNCTION f();"
            "CREATE TABLE child (z int) INHERITS (t); CREATE SCHEMA s; ALTER TABLE t RENAME COLUMN a TO d;"
            "ALTER INDEX i RENAME TO j; ALTER TABLE t RENAME TO u; ALTER TABLE u SET SCHEMA s;"
            "ALTER SCHEMA s RENAME TO r;"
        )
        moved = Identity("table", "r", "u")
        assert moved == schema.relations["r", "u"].identity
        assert {
            Identity(kind, "r", name, parent=moved)
            for kind, name in (
                ("column", "d"),
                ("column", "b"),
                ("check", "c"),
                ("unique", "t_b_key"),
                ("index", "t_b_key"),
                ("index", "j"),
                ("policy", "p"),
                ("trigger", "g"),
            )
        } == {part.identity for part in schema.relations["r", "u"].parts}
        child = Identity("table", "public", "child")
        assert {Identity("column", "public", name, parent=child) for name in ("d", "b", "z")} == {
            part.identity for part in table(schema, "child").columns.values()
        }
        assert {("r", "t_b_key"), ("r", "j")} == set(schema.indexes)

    def test_trigger_function(self) -> None:
        """A trigger still calls its function after the function is renamed or moved."""
        sql = (
            "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN END $$; CREATE TABLE f (a int);"
            "CREATE TRIGGER g AFTER INSERT ON f EXECUTE FUNCTION f(); ALTER TABLE f RENAME TO t;"
            "ALTER FUNCTION f() RENAME TO h; CREATE SCHEMA s; ALTER FUNCTION h() SET SCHEMA s;"
            "ALTER SCHEMA s RENAME TO r"
        )
        assert ("r", "h") == table(after(sql)).triggers["g"].function

    def test_family(self) -> None:
        """Parents, children and partitions have the new names."""
        schema = after(
            "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE c PARTITION OF p DEFAULT;"
            "ALTER TABLE p RENAME TO t; ALTER TABLE c RENAME TO d"
        )
        assert [("public", "d")] == table(schema).children
        assert (("public", "t"), [("public", "t")]) == (
            table(schema, "d").partition_of,
            table(schema, "d").parents,
        )

    @pytest.mark.parametrize(
        ("sql", "name"),
        [
            ("ALTER TYPE a.mood RENAME TO temper", "a.temper"),
            ("ALTER TYPE a.mood SET SCHEMA public", "public.mood"),
        ],
    )
    def test_type(self, sql: str, name: str) -> None:
        """A renamed or moved type keeps its labels, and columns have the new type name."""
        schema = after(f"{self.SETUP} {sql}; ALTER TYPE {name} ADD VALUE 'y'")
        assert name == table(schema, "u").columns["m"].type
        user_type = schema.find_user_type(name)
        assert user_type is not None
        assert ["x", "y"] == user_type.labels

    def test_table(self) -> None:
        """Foreign keys and functions reference a renamed table by its new name."""
        schema = after(f"{self.SETUP} ALTER TABLE a.t RENAME TO old; ALTER TABLE a.old SET SCHEMA public")
        assert [("public", "old")] == [
            constraint.target for constraint in table(schema, "u").constraints.values()
        ]
        assert "public.old" == schema.routines["public", "f"][0].signature.returns
