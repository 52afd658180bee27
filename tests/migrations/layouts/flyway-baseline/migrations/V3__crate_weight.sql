ALTER TABLE crates ADD COLUMN weight integer;
