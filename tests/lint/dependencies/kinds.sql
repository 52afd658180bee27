-- Names of keys and of their indexes, commands that no view takes, and identities
ALTER TABLE reels RENAME CONSTRAINT reels_pkey TO reels_key; CLUSTER reels USING reels_key;
ALTER TABLE reels RENAME CONSTRAINT reels_pkey TO reels_key; CLUSTER reels USING reels_pkey; -- refused
ALTER TABLE reels RENAME CONSTRAINT reels_code_key TO one_code; DROP INDEX reels_code_key; -- refused
ALTER TABLE reels RENAME CONSTRAINT reels_code_key TO one_code; CREATE INDEX reels_code_key ON reels (n);
ALTER TABLE reels RENAME CONSTRAINT n_there TO n_is_there; ALTER TABLE reels DROP CONSTRAINT n_is_there;
ALTER INDEX reels_pkey RENAME TO reels_key; ALTER TABLE reels RENAME CONSTRAINT reels_key TO reels_id; CLUSTER reels USING reels_id;
ALTER TABLE reels VALIDATE CONSTRAINT reels_pkey; -- refused
ALTER TABLE reels VALIDATE CONSTRAINT reels_code_key; -- refused
ALTER TABLE reels VALIDATE CONSTRAINT reels_n_excl; -- refused
ALTER TABLE reels VALIDATE CONSTRAINT n_there;
ALTER TABLE cuts VALIDATE CONSTRAINT of_reel;
ALTER TABLE cuts VALIDATE CONSTRAINT cuts_pkey; -- refused
ALTER TABLE cuts VALIDATE CONSTRAINT of_reels; -- refused
ALTER TABLE long_reels DROP COLUMN n; -- refused
ALTER TABLE long_reels ALTER COLUMN n TYPE bigint; -- refused
ALTER TABLE long_reels ALTER COLUMN n SET DEFAULT 5;
ALTER VIEW long_reels ALTER COLUMN n SET DEFAULT 5;
ALTER VIEW long_reels ALTER COLUMN n DROP DEFAULT;
ALTER TABLE long_reels ALTER COLUMN n SET NOT NULL; -- refused
ALTER TABLE long_reels ALTER COLUMN n DROP NOT NULL; -- refused
ALTER TABLE long_reels RENAME COLUMN n TO m;
ALTER TABLE stored_reels DROP COLUMN n; -- refused
ALTER TABLE stored_reels ALTER COLUMN n TYPE bigint; -- refused
ALTER TABLE stored_reels ALTER COLUMN n SET DEFAULT 5; -- refused
ALTER TABLE stored_reels ALTER COLUMN n DROP NOT NULL; -- refused
ALTER MATERIALIZED VIEW stored_reels RENAME COLUMN n TO m;
ALTER MATERIALIZED VIEW stored_reels ALTER COLUMN n SET STATISTICS 10;
ALTER TYPE frame DROP ATTRIBUTE x;
ALTER TYPE frame ALTER ATTRIBUTE x TYPE bigint;
DROP VIEW long_reels; DROP MATERIALIZED VIEW stored_reels; DROP TABLE cuts; ALTER TABLE reels ALTER COLUMN id TYPE text; -- refused
DROP VIEW long_reels; DROP MATERIALIZED VIEW stored_reels; ALTER TABLE reels ALTER COLUMN id TYPE integer;
DROP VIEW long_reels; DROP MATERIALIZED VIEW stored_reels; ALTER TABLE cuts DROP CONSTRAINT of_reel; ALTER TABLE reels ALTER COLUMN id DROP IDENTITY, ALTER COLUMN id TYPE text; -- refused
ALTER TABLE reels ALTER COLUMN id DROP DEFAULT; -- refused
ALTER TABLE reels ALTER COLUMN id DROP IDENTITY, ALTER COLUMN id DROP DEFAULT;
ALTER TABLE reels ALTER COLUMN twice DROP DEFAULT; -- refused
ALTER TABLE reels ALTER COLUMN twice DROP EXPRESSION; ALTER TABLE reels ALTER COLUMN twice DROP DEFAULT;
ALTER TABLE reels ALTER COLUMN n DROP DEFAULT;
ALTER TABLE reels ALTER COLUMN code DROP DEFAULT;
