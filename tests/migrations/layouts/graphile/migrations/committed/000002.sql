--! Previous: sha1:1f2e
--! Hash: sha1:3d4c
--! no-transaction

CREATE INDEX CONCURRENTLY lakes_id ON lakes (id);
