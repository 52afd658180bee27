-- since 18

-- a
CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (id + 1) STORED);
CREATE PUBLICATION p FOR TABLE t;

-- b
CREATE TABLE t (id int PRIMARY KEY, a int GENERATED ALWAYS AS (id + 1) STORED);
CREATE PUBLICATION p FOR TABLE t WITH (publish_generated_columns = stored);
