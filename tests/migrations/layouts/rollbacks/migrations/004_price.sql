ALTER TABLE plans ADD COLUMN price numeric;
