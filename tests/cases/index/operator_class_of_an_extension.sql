-- a
CREATE SCHEMA "Ext";
CREATE EXTENSION pg_trgm SCHEMA "Ext";
CREATE TABLE t (a text);
CREATE INDEX j ON t (a);

-- b
CREATE SCHEMA "Ext";
CREATE EXTENSION pg_trgm SCHEMA "Ext";
CREATE TABLE t (a text);
CREATE INDEX i ON t USING gin (a "Ext".gin_trgm_ops);
CREATE INDEX j ON t USING gist (a "Ext".gist_trgm_ops (siglen = 64), lower(a) "Ext".gist_trgm_ops);
CREATE INDEX k ON t (a);

-- rows
INSERT INTO t VALUES ('x');
