-- Functions that return record, rows inserted through views, and the index by which a table is clustered
SELECT * FROM rec() AS x(a int, b text);
SELECT * FROM rec() AS x(a int); -- refused
SELECT * FROM rec() AS x(a text, b text);
SELECT * FROM rec() AS x(a int, b int); -- refused
SELECT * FROM rec() AS x(a bigint, b text);
SELECT * FROM rec() AS x(a int, b varchar);
SELECT * FROM rec() AS x(a int, b text, c int); -- refused
SELECT * FROM rec(); -- refused
SELECT rec();
SELECT * FROM recs() AS x(id bigint, b text);
SELECT * FROM recs() AS x(id int, b text);
SELECT * FROM recs() AS x(id bigint, b int); -- refused
SELECT * FROM recs() AS x(id bigint); -- refused
SELECT x.id FROM recs() x(id bigint, b text);
SELECT * FROM plrecs() AS x(a int, b text);
SELECT * FROM plrecs() AS x(a int); -- refused
SELECT * FROM plrecs() AS x(a text, b text); -- refused
SELECT * FROM plrecs() AS x(a bigint, b text); -- refused
SELECT * FROM json_to_record('{"a":1}') AS x(a int, b text);
SELECT * FROM jsonb_to_recordset('[{"a":1}]') AS x(a nosuch); -- refused
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT a, b FROM t'; SELECT * FROM r1() AS x(a int, b text);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT a, b FROM t'; SELECT * FROM r1() AS x(a int, b date); -- refused
CREATE FUNCTION r1() RETURNS SETOF record LANGUAGE sql AS 'SELECT * FROM t'; SELECT * FROM r1() AS x(id bigint, a int, b text, u uuid);
CREATE FUNCTION r1() RETURNS SETOF record LANGUAGE sql AS 'SELECT * FROM t'; SELECT * FROM r1() AS x(id bigint, a int, b text, u text);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT ROW(1, 2)'; SELECT * FROM r1() AS x(a int, b int);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT t FROM t'; SELECT * FROM r1() AS x(id bigint, a int, b text, u uuid);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1.5, NULL'; SELECT * FROM r1() AS x(a numeric, b text);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1.5, now()'; SELECT * FROM r1() AS x(a float8, b timestamptz);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1.5, now()'; SELECT * FROM r1() AS x(a numeric(5,2), b timestamptz);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1.5, now()'; SELECT * FROM r1() AS x(a numeric, b timestamp);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1.5, now()'; SELECT * FROM r1() AS x(a numeric, b boolean); -- refused
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1::bigint'; SELECT * FROM r1() AS x(a int);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1'; SELECT * FROM r1() AS x(a bigint);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT 1'; SELECT * FROM r1() AS x(a text);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT ''a''::varchar'; SELECT * FROM r1() AS x(a text);
CREATE FUNCTION r1() RETURNS record LANGUAGE sql AS 'SELECT ''a'''; SELECT * FROM r1() AS x(a date); -- refused
CREATE FUNCTION r1() RETURNS SETOF record LANGUAGE sql AS 'INSERT INTO t VALUES (9) RETURNING id, b'; SELECT * FROM r1() AS x(id bigint, b text);
CREATE FUNCTION r1() RETURNS SETOF record LANGUAGE sql AS 'INSERT INTO t VALUES (9) RETURNING id, b'; SELECT * FROM r1() AS x(id bigint); -- refused
CREATE VIEW vv AS SELECT id, a FROM t; INSERT INTO vv VALUES (5, 6);
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT id, o FROM nn; INSERT INTO vn VALUES (1, 'x'); -- refused
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT id, n FROM nn; INSERT INTO vn VALUES (1, 2);
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT id, n FROM nn; INSERT INTO vn (id) VALUES (1); -- refused
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT id, n FROM nn; INSERT INTO vn (id, n) VALUES (1, NULL); -- refused
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT id AS i, n AS k FROM nn; INSERT INTO vn (i) VALUES (1); -- refused
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT id AS i, n AS k FROM nn; INSERT INTO vn (i, k) VALUES (1, 2);
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT id, n FROM nn; ALTER VIEW vn ALTER COLUMN n SET DEFAULT 5; INSERT INTO vn (id) VALUES (1);
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL, m int NOT NULL DEFAULT 1, o text); CREATE VIEW vn AS SELECT o FROM nn; INSERT INTO vn VALUES ('x'); -- refused
CREATE TABLE nn (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, o text); CREATE VIEW vn AS SELECT o FROM nn; INSERT INTO vn VALUES ('x');
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL); CREATE VIEW vn AS SELECT id FROM nn; INSERT INTO vn SELECT 1 WHERE false;
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL); CREATE VIEW vn AS SELECT id FROM nn; CREATE VIEW vm AS SELECT id FROM vn; INSERT INTO vm VALUES (1); -- refused
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL); CREATE VIEW vn AS SELECT id FROM nn; CREATE VIEW vm AS SELECT id FROM vn; INSERT INTO vm DEFAULT VALUES; -- refused
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL); CREATE VIEW vn AS SELECT id FROM nn; CREATE FUNCTION tt() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER x INSTEAD OF INSERT ON vn FOR EACH ROW EXECUTE FUNCTION tt(); INSERT INTO vn VALUES (1);
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL); CREATE VIEW vn AS SELECT id FROM nn; CREATE FUNCTION tt() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.n := 1; RETURN NEW; END'; CREATE TRIGGER x BEFORE INSERT ON nn FOR EACH ROW EXECUTE FUNCTION tt(); INSERT INTO vn VALUES (1);
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL); CREATE VIEW vn AS SELECT id FROM nn; UPDATE vn SET id = NULL;
CREATE TABLE nn (id bigint PRIMARY KEY, n int NOT NULL); CREATE VIEW vn AS SELECT id, n + 1 AS k FROM nn; INSERT INTO vn (id, k) VALUES (1, 2); -- refused
CREATE TABLE nn (id bigint PRIMARY KEY, n int); CREATE VIEW vn AS SELECT id, n + 1 AS k FROM nn; INSERT INTO vn (id) VALUES (1);
CREATE TABLE nn (id bigint PRIMARY KEY, n int); CREATE VIEW vn AS SELECT DISTINCT id FROM nn; INSERT INTO vn (id) VALUES (1); -- refused
CLUSTER t; -- refused
CLUSTER t USING t_pkey; 
ALTER TABLE t CLUSTER ON t_pkey; CLUSTER t;
ALTER TABLE t CLUSTER ON t_pkey; ALTER TABLE t SET WITHOUT CLUSTER; CLUSTER t; -- refused
CLUSTER t USING nosuch; -- refused
CREATE INDEX ti ON t (a); CLUSTER t USING ti;
CREATE INDEX ti ON t (a) WHERE a > 1; CLUSTER t USING ti; -- refused
CREATE INDEX ti ON t USING hash (a); CLUSTER t USING ti; -- refused
CREATE TABLE c2 (a int); CLUSTER c2; -- refused
CREATE TABLE c2 (a int PRIMARY KEY); CREATE INDEX ti ON t (a); CLUSTER c2 USING ti; -- refused
ALTER TABLE t CLUSTER ON nosuch; -- refused
CREATE INDEX ti ON t (a) WHERE a > 1; ALTER TABLE t CLUSTER ON ti; -- refused
PREPARE q AS SELECT * FROM t WHERE id = $1; EXECUTE q(1);
DEALLOCATE ALL;
DECLARE c CURSOR FOR SELECT 1; FETCH c;
SAVEPOINT a; ROLLBACK TO a; RELEASE a;
