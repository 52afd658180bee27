-- Enter migration here
ALTER TABLE lakes ADD COLUMN name text;
