ALTER TABLE ports ADD COLUMN name text;
