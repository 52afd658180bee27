ALTER TABLE pins RENAME COLUMN color TO colour;
