-- a

-- b
CREATE SCHEMA extensions;
CREATE EXTENSION citext WITH SCHEMA extensions;
CREATE TABLE t (id int PRIMARY KEY, email extensions.citext NOT NULL DEFAULT 'a@b');
