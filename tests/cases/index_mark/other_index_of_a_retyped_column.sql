-- a
CREATE TABLE t (id int PRIMARY KEY, item text, amount int);
CREATE INDEX pair ON t (item, amount);
ALTER TABLE t CLUSTER ON pair;
CREATE MATERIALIZED VIEW m AS SELECT id, amount FROM t;
CREATE UNIQUE INDEX m_id ON m (id);
ALTER MATERIALIZED VIEW m CLUSTER ON m_id;

-- b
CREATE TABLE t (id int PRIMARY KEY, item varchar(30), amount int);
CREATE INDEX lower ON t (lower(item));
ALTER TABLE t CLUSTER ON lower;
CREATE MATERIALIZED VIEW m AS SELECT id, amount FROM t;
CREATE UNIQUE INDEX m_amount ON m (amount);
ALTER MATERIALIZED VIEW m CLUSTER ON m_amount;

-- rows
INSERT INTO t VALUES (1, 'x', 3);
