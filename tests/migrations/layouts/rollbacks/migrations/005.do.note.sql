ALTER TABLE plans ADD COLUMN note text;
