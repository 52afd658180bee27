-- since 18

-- a
CREATE TABLE t (id int4range NOT NULL, during tstzrange NOT NULL, PRIMARY KEY (id));

-- b
CREATE TABLE t (id int4range NOT NULL, during tstzrange NOT NULL, PRIMARY KEY (id, during WITHOUT OVERLAPS));

-- rows
INSERT INTO t VALUES ('[1,2)', '[2024-01-01,2024-02-01)');
