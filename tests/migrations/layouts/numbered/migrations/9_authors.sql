\set ON_ERROR_STOP on
\echo 'adding authors'
CREATE TABLE authors (id bigint PRIMARY KEY);
ALTER TABLE books ADD COLUMN author_id bigint REFERENCES authors;
