--! Previous: sha1:3d4c
--! Hash: sha1:5b6a

ALTER TABLE lakes ADD COLUMN depth int;
