"""The replay of DO blocks and dynamic SQL."""

from __future__ import annotations

import pytest
from replayed_history import after, steps, table

from schema_dsl.analysis.bodies import Guard
from schema_dsl.lint.history.schema import HistorySchema


class TestBlocks:
    """Statements in DO blocks."""

    def test_positions(self) -> None:
        """Each statement of a block is a step with its position in the file and its block."""
        sql = "SELECT 1;\nDO $$\nBEGIN\n  CREATE TABLE t (a int);\n  PERFORM 'é', a FROM t;\nEND $$;"
        block, create, perform = steps(sql)[1:]
        assert ["do_stmt", "create_stmt", "select_stmt"] == [block.kind, create.kind, perform.kind]
        assert sql.index("CREATE") == create.statement.start
        assert (4, 5) == (create.statement.line, perform.statement.line)
        assert block.statement is create.outer
        assert sql.index("a FROM") == perform.statement.offset(
            perform.tree.target_list[1].res_target.location
        )

    def test_targets(self) -> None:
        """INTO and its targets are not part of a statement, and the offsets after them stay the same."""
        sql = (
            "DO $$\nDECLARE\n  n int; é text := 'x;';\nBEGIN\n  IF NOT EXISTS (SELECT 1 FROM t) THEN\n"
            "    ALTER TABLE a.b ADD COLUMN c text DEFAULT CASE WHEN true THEN 'x' ELSE 'y' END;\n  ELSE\n"
            "    INSERT INTO t (a) VALUES (1) RETURNING id INTO STRICT n;\n  END IF;\n"
            "  SELECT a, b INTO r.x, arr[1] FROM t;\n  FOR r IN SELECT 1 LOOP\n    GRANT SELECT ON t TO x;\n"
            "  END LOOP;\nEND $$"
        )
        statements = [step.statement for step in steps(sql) if step.in_block]
        assert ["alter_table_stmt", "insert_stmt", "select_stmt", "grant_stmt"] == [
            statement.kind for statement in statements
        ]
        assert [6, 8, 10, 12] == [statement.line for statement in statements]
        location = statements[-1].tree.objects[0].range_var.location
        assert sql.index("t TO x") == statements[-1].offset(location)

    def test_blocks_in_blocks(self) -> None:
        """A block within a block has steps of its own, on the conditions of both."""
        sql = (
            "DO $a$ BEGIN\n  IF NOT EXISTS (SELECT 1 FROM x) THEN\n    DO $b$ BEGIN\n      CREATE TABLE t (a int);\n"
            "      IF y THEN\n        CREATE TABLE u ();\n      END IF;\n    END $b$;\n  END IF;\n"
            "  CREATE TABLE v ();\nEND $a$;"
        )
        within = [step for step in steps(sql) if step.kind == "create_stmt"]
        assert [(4, Guard.IF_ABSENT), (6, Guard.UNKNOWN), (10, Guard.NONE)] == [
            (step.statement.line, step.guard) for step in within
        ]
        assert sql.index("CREATE TABLE t") == within[0].statement.start
        assert 3 == len({step.position for step in within})
        assert {"t", "u", "v"} == {relation.name for relation in after(sql).relations.values()}

    @pytest.mark.parametrize(
        ("body", "guard"),
        [
            ("SELECT 1;", Guard.NONE),
            ("IF NOT EXISTS (SELECT 2) THEN SELECT 1; END IF;", Guard.IF_ABSENT),
            (
                'IF NOT EXISTS (SELECT 1 FROM "__EFMigrationsHistory" WHERE "Id" = 1) THEN SELECT 1; END IF;',
                Guard.NONE,
            ),
            ("IF (NOT EXISTS (SELECT 2)) THEN SELECT 1; END IF;", Guard.IF_ABSENT),
            ("IF x IS NULL THEN SELECT 1; END IF;", Guard.IF_ABSENT),
            ("IF EXISTS (SELECT 2) THEN NULL; ELSE SELECT 1; END IF;", Guard.IF_ABSENT),
            ("IF EXISTS (SELECT 2) THEN SELECT 1; END IF;", Guard.UNKNOWN),
            ("IF a THEN NULL; ELSIF b THEN SELECT 1; END IF;", Guard.UNKNOWN),
            ("FOR i IN 1..3 LOOP SELECT 1; END LOOP;", Guard.UNKNOWN),
            ("WHILE true LOOP SELECT 1; END LOOP;", Guard.UNKNOWN),
            ("CASE x WHEN 1 THEN SELECT 1; END CASE;", Guard.UNKNOWN),
            ("IF a THEN NULL; END IF; SELECT 1;", Guard.NONE),
            ("CASE WHEN a THEN NULL; END CASE; SELECT 1;", Guard.NONE),
            ("FOR i IN SELECT CASE WHEN a THEN 2 END FROM x LOOP NULL; END LOOP; SELECT 1;", Guard.NONE),
            ("BEGIN SELECT 1; EXCEPTION WHEN duplicate_object THEN NULL; END;", Guard.IF_ABSENT),
            ("BEGIN SELECT 1; EXCEPTION WHEN OTHERS THEN NULL; END;", Guard.UNKNOWN),
            ("BEGIN NULL; EXCEPTION WHEN OTHERS THEN SELECT 1; END;", Guard.UNKNOWN),
            ("x := CASE WHEN a THEN 2 ELSE 3 END; SELECT 1;", Guard.NONE),
            ("IF a THEN RETURN; END IF; SELECT 1;", Guard.NONE),
        ],
    )
    def test_guards(self, body: str, guard: Guard) -> None:
        """Each statement of a block has the guard that decides whether it runs."""
        guards = [step.guard for step in steps(f"DO $$ BEGIN {body} END $$") if step.in_block]
        assert [guard] == guards

    def test_dynamic_sql(self) -> None:
        """Dynamic SQL makes only those kinds of objects unknown that its text can change."""
        setup = "CREATE TABLE t (a int); CREATE POLICY p ON t USING (true);"

        def run(sql: str) -> HistorySchema:
            return after(f"{setup} DO $$ BEGIN EXECUTE format('{sql}', current_setting('app.name')); END $$")

        assert {"policies"} == table(run("DROP POLICY p ON %I")).unknown_kinds
        assert {"policies"} == table(run("DROP POLICY %I ON t")).unknown_kinds
        assert set() == table(run("DROP POLICY IF EXISTS q ON %I")).unknown_kinds
        assert set() == table(run("DROP TRIGGER IF EXISTS g ON %I")).unknown_kinds
        assert table(run("ALTER TABLE %I ENABLE ROW LEVEL SECURITY")).row_security is None
        assert table(run("ALTER TABLE %I ENABLE ROW LEVEL SECURITY")).complete
        assert not table(run("ALTER TABLE %I ADD COLUMN x int")).complete
        assert set() == table(run("GRANT SELECT ON %I TO x")).unknown_kinds - {"grants"}
        assert (
            set()
            == table(run("CREATE TABLE IF NOT EXISTS %I PARTITION OF t FOR VALUES IN (1)")).unknown_kinds
        )
        assert set() == table(run("DROP POLICY p ON other")).unknown_kinds
        assert set() == table(run("CREATE TRIGGER g AFTER INSERT ON s.%I EXECUTE FUNCTION f()")).unknown_kinds
        assert {"more triggers"} == table(
            run("CREATE TRIGGER g AFTER INSERT ON %s EXECUTE FUNCTION f()")
        ).unknown_kinds
        assert not table(run("DO something to %I")).complete

    @pytest.mark.parametrize(
        ("sql", "complete"),
        [
            ("EXECUTE 'DROP POLICY ' || quote_ident(p) || ' ON ' || x", True),
            ("EXECUTE 'ALTER TABLE ' || x || ' ENABLE ROW LEVEL SECURITY'", True),
            ("EXECUTE 'ALTER TABLE ' || x || ' DROP COLUMN a'", False),
            ("EXECUTE 'ALTER TABLE other.' || x || ' DROP COLUMN a'", True),
            ("EXECUTE $q$ALTER TABLE $q$ || x || $q$ DROP COLUMN a$q$", False),
            ("EXECUTE format('SELECT %L, %s', 'DROP', y) USING z", True),
            ("EXECUTE format('INSERT INTO %1$I VALUES (%2$L)', 'create', y) INTO z", True),
            ("EXECUTE (SELECT string_agg(x, '') FROM y)", False),
            ("EXECUTE command", False),
        ],
    )
    def test_concatenated_sql(self, sql: str, *, complete: bool) -> None:
        """The constant parts of concatenated SQL are read."""
        assert complete == table(after(f"CREATE TABLE t (a int); DO $$ BEGIN {sql}; END $$")).complete

    def test_tables_with_unknown_names(self) -> None:
        """A dynamic CREATE TABLE makes only its schema not fully known."""
        sql = "CREATE SCHEMA a; CREATE SCHEMA b; DO $$ BEGIN EXECUTE format('CREATE TABLE {} (x int)', n); END $$"
        assert {"b"} == after(sql.format("a.%I")).fully_known_schemas
        assert set() == after(sql.format("%I.%I")).fully_known_schemas

    @pytest.mark.parametrize(
        ("sql", "complete"),
        [
            ("BEGIN; SAVEPOINT s; UPDATE t SET a = 1; ROLLBACK TO s; COMMIT", True),
            (
                "BEGIN; ALTER TABLE t ADD c int; SAVEPOINT s; SELECT 1 FROM t; ROLLBACK TO SAVEPOINT s; COMMIT",
                False,
            ),
            ("BEGIN; INSERT INTO t VALUES (1); ROLLBACK", True),
            ("BEGIN; SAVEPOINT s; ALTER TABLE t ADD c int; ROLLBACK TO s; COMMIT", False),
            ("BEGIN; CREATE TABLE u (a int); ROLLBACK", True),
        ],
    )
    def test_rollback(self, sql: str, *, complete: bool) -> None:
        """ROLLBACK makes the state unknown, unless the transaction changed only rows."""
        assert complete == table(after(f"CREATE TABLE t (a int, b int); {sql}")).complete
