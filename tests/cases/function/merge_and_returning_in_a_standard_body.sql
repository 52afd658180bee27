-- since 15
-- a
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL DEFAULT 0);
CREATE TABLE s (id int PRIMARY KEY, n int);
CREATE VIEW v AS SELECT s.id, s.n + t.n AS n FROM s LEFT JOIN t USING (id);
CREATE PROCEDURE sync() LANGUAGE sql BEGIN ATOMIC
    MERGE INTO t USING v ON v.id = t.id WHEN MATCHED AND v.n > 1 THEN UPDATE SET n = v.n WHEN NOT MATCHED THEN INSERT (id, n) VALUES (v.id, coalesce(v.n, 1));
    DELETE FROM s WHERE s.n < 0;
END;
CREATE FUNCTION add(i int) RETURNS bigint LANGUAGE sql BEGIN ATOMIC INSERT INTO t (id) VALUES (i) ON CONFLICT (id) DO UPDATE SET n = t.n + excluded.n WHERE t.n > 0 RETURNING n::bigint; END;
GRANT EXECUTE ON PROCEDURE sync() TO schema_dsl_cases_writer;
COMMENT ON PROCEDURE sync() IS 'Copies.';

-- b
CREATE TABLE t (id int PRIMARY KEY, n bigint NOT NULL DEFAULT 0);
CREATE TABLE s (id int PRIMARY KEY, n bigint);
CREATE VIEW v AS SELECT s.id, s.n + t.n AS n FROM s LEFT JOIN t USING (id);
CREATE PROCEDURE sync() LANGUAGE sql BEGIN ATOMIC
    MERGE INTO t USING v ON v.id = t.id WHEN MATCHED AND v.n > 1 THEN UPDATE SET n = v.n WHEN NOT MATCHED THEN INSERT (id, n) VALUES (v.id, coalesce(v.n, 1));
    DELETE FROM s WHERE s.n < 0;
END;
CREATE FUNCTION add(i int) RETURNS bigint LANGUAGE sql BEGIN ATOMIC INSERT INTO t (id) VALUES (i) ON CONFLICT (id) DO UPDATE SET n = t.n + excluded.n WHERE t.n > 0 RETURNING n::bigint; END;
GRANT EXECUTE ON PROCEDURE sync() TO schema_dsl_cases_writer;
COMMENT ON PROCEDURE sync() IS 'Copies.';

-- rows
INSERT INTO t VALUES (1, 4); INSERT INTO s VALUES (1, 5), (2, NULL);
