-- a
CREATE TYPE state AS ENUM ('packed', 'lost');
CREATE TABLE t (id int PRIMARY KEY, s text NOT NULL DEFAULT 'packed', CONSTRAINT lost_has_id CHECK (s <> 'lost' OR id > 0));
CREATE INDEX packed ON t (s) WHERE s = 'packed';
CREATE INDEX others ON t (id) WHERE s <> 'packed';

-- b
CREATE TYPE state AS ENUM ('packed', 'lost');
CREATE TABLE t (id int PRIMARY KEY, s state NOT NULL DEFAULT 'lost', CONSTRAINT lost_has_id CHECK (s <> 'lost' OR id > 0));
CREATE INDEX packed ON t (s) WHERE s = 'packed';
CREATE INDEX others ON t (id) WHERE s <> 'packed';

-- rows
INSERT INTO t VALUES (1, 'packed'), (2, 'lost');
