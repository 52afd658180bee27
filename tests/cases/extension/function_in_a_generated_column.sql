-- a
CREATE TABLE t (id int PRIMARY KEY, name text);

-- b
CREATE SCHEMA "ex't";
CREATE EXTENSION fuzzystrmatch WITH SCHEMA "ex't";
CREATE TABLE t (id int PRIMARY KEY, name text, sound text GENERATED ALWAYS AS ("ex't".soundex(name)) STORED);

-- rows
INSERT INTO t VALUES (1, 'one'), (2, NULL);
