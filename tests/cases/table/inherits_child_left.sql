-- a
CREATE TABLE base (id int, name text);
CREATE TABLE child (extra int) INHERITS (base);
CREATE TABLE "gr""and'ch" (more text) INHERITS (child);

-- b
CREATE TABLE base (id int, name text);
CREATE TABLE child2 (extra int) INHERITS (base);
