-- since 18

-- a
CREATE TABLE t (id int4range, during tstzrange, CONSTRAINT u UNIQUE (id, during));

-- b
CREATE TABLE t (id int4range, during tstzrange, CONSTRAINT u UNIQUE (id, during WITHOUT OVERLAPS) WITH (fillfactor = 80));

-- rows
INSERT INTO t VALUES ('[1,2)', '[2024-01-01,2024-02-01)'), ('[1,2)', '[2024-02-01,2024-03-01)');
