ALTER TABLE pins ADD COLUMN color text;
