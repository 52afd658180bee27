-- superuser

-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR TABLE t;
COMMENT ON PUBLICATION p IS 'One.';

-- b
CREATE TABLE t (id int PRIMARY KEY, a text, b int);
CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'truncate');
COMMENT ON PUBLICATION p IS 'One.';
