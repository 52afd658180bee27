-- a
CREATE TYPE "Ro'le ""x" AS ENUM ('it''s', '', '$$', E'a\\b', 'größe');
CREATE TABLE "T t" ("c'" "Ro'le ""x" DEFAULT 'it''s');

-- b
CREATE TYPE "Ro'le ""x" AS ENUM ('größe', 'it''s', '$$');
CREATE TABLE "T t" ("c'" "Ro'le ""x" DEFAULT 'it''s');

-- rows
INSERT INTO "T t" VALUES ('it''s');
