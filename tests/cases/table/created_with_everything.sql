-- a
CREATE TABLE old (id int);

-- b
CREATE TABLE old (id int);
CREATE UNLOGGED TABLE "T'a ""b" (id int PRIMARY KEY, body text) WITH (autovacuum_enabled = off, fillfactor = 70, toast.autovacuum_vacuum_threshold = 5);
ALTER TABLE "T'a ""b" REPLICA IDENTITY NOTHING;
COMMENT ON TABLE "T'a ""b" IS 'It''s unlogged.';
