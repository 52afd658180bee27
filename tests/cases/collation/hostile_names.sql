-- a
CREATE SCHEMA "S's";

-- b
CREATE SCHEMA "S's";
CREATE COLLATION "S's"."c '$$ ä" FROM "C";
CREATE TABLE t (id int PRIMARY KEY, a text COLLATE "S's"."c '$$ ä");
