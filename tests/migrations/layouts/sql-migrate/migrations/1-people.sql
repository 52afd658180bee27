What stands before the first mark is ignored.
-- +migrate Up
CREATE TABLE people (id bigint PRIMARY KEY);

-- +migrate Down
DROP TABLE people;
