-- a

-- b
CREATE SCHEMA "Ta'ble ""x" ;
COMMENT ON SCHEMA "Ta'ble ""x" IS '$$ \ it''s $schema$';
CREATE TABLE "Ta'ble ""x"."select" ("from" int PRIMARY KEY);
