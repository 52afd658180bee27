-- a
CREATE TABLE t (k int, body text) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF t FOR VALUES IN (1);

-- b
CREATE TABLE t (k int, body text) PARTITION BY LIST (k);
CREATE TABLE p1 PARTITION OF t (CONSTRAINT c CHECK (body <> 'x')) FOR VALUES IN (1) WITH (fillfactor = 40);
CREATE INDEX i ON p1 (lower(body)) WHERE k > 0;
COMMENT ON TABLE p1 IS 'one';
CREATE TRIGGER g BEFORE UPDATE ON p1 FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();

-- rows
INSERT INTO t VALUES (1, 'a');
