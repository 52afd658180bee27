-- a
CREATE TABLE "T ""x' $$" ("c'" text) WITH (toast.autovacuum_freeze_max_age = 200000000);

-- b
CREATE TABLE "T ""x' $$" ("c'" text) WITH (log_autovacuum_min_duration = 5);
ALTER TABLE "T ""x' $$" REPLICA IDENTITY NOTHING;

-- rows
INSERT INTO "T ""x' $$" VALUES ('a');
