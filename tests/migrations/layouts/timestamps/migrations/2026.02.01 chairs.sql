ALTER TABLE rooms ADD COLUMN chairs integer DEFAULT 0;
