-- a
CREATE TYPE role AS ENUM ('member');
CREATE TABLE t (r role DEFAULT 'member');

-- b
CREATE TYPE role AS ENUM ('member', 'admin');
CREATE TABLE t (r role DEFAULT 'member');

-- rows
INSERT INTO t VALUES ('member');
