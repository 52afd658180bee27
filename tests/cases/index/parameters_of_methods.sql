-- a
CREATE TABLE t (a int, tags text[], at timestamptz, during int4range);

-- b
CREATE TABLE t (a int, tags text[], at timestamptz, during int4range);
CREATE INDEX g ON t USING gin (tags) WITH (fastupdate = off, gin_pending_list_limit = 128);
CREATE INDEX b ON t USING brin (at) WITH (autosummarize = on, pages_per_range = 32);
CREATE INDEX h ON t USING hash (a) WITH (fillfactor = 50);
CREATE INDEX s ON t USING gist (during) WITH (buffering = auto);

-- rows
INSERT INTO t VALUES (1, '{x}', now(), '[1,2)');
