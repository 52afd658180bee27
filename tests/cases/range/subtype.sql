-- a
CREATE TYPE sizes AS RANGE (SUBTYPE = float4);
CREATE TABLE t (id int PRIMARY KEY, size sizes, sizes sizes[]);

-- b
CREATE TYPE sizes AS RANGE (SUBTYPE = float8);
CREATE TABLE t (id int PRIMARY KEY, size sizes, sizes sizes[]);

-- rows
INSERT INTO t VALUES (1, '[1,2)', '{"[1,2)"}'), (2, NULL, NULL), (3, 'empty', '{}');
