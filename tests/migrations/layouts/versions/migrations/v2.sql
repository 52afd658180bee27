ALTER TABLE pins ADD COLUMN size integer;
