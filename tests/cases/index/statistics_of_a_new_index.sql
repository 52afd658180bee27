-- a
CREATE TABLE t (a text, b int);

-- b
CREATE TABLE t (a text, b int);
CREATE INDEX "i ""x" ON t (lower(a)) WITH (fillfactor = 80);
ALTER INDEX "i ""x" ALTER COLUMN 1 SET STATISTICS 1000;
COMMENT ON INDEX "i ""x" IS 'it''s';
CREATE TABLE u (a text);
CREATE INDEX j ON u (upper(a));
ALTER INDEX j ALTER COLUMN 1 SET STATISTICS 1000;

-- rows
INSERT INTO t VALUES ('x', 1);
