-- a
CREATE TABLE base (id int NOT NULL, name varchar(5), old text);
CREATE TABLE child (extra int, PRIMARY KEY (id)) INHERITS (base);
CREATE INDEX by_old ON child (old);
CREATE INDEX by_name ON child (name);
CREATE VIEW v AS SELECT name FROM child;
CREATE POLICY p ON child USING (name = 'a');

-- b
CREATE TABLE base (id int NOT NULL, name text NOT NULL DEFAULT 'n', added int, CONSTRAINT ok CHECK (id > 0));
CREATE TABLE child (extra int, PRIMARY KEY (id)) INHERITS (base);
CREATE INDEX by_added ON child (added, name);
CREATE INDEX by_name ON child (name);
CREATE VIEW v AS SELECT name FROM child;
CREATE POLICY p ON child USING (name = 'a');

-- rows
INSERT INTO base (id, name) VALUES (1, 'one');
INSERT INTO child (id, name, extra) VALUES (2, 'two', 5);
