-- since 18

-- a
CREATE TABLE t (id int4range, during daterange, CONSTRAINT k PRIMARY KEY (id, during));
CREATE TABLE r (t int4range, during daterange, CONSTRAINT f FOREIGN KEY (t, during) REFERENCES t (id, during));

-- b
CREATE TABLE t (id int4range, during daterange, CONSTRAINT k PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE r (t int4range, during daterange, CONSTRAINT f FOREIGN KEY (t, PERIOD during) REFERENCES t (id, PERIOD during));

-- rows
INSERT INTO t VALUES ('[1,2)', '[2024-01-01,2024-06-01)'), ('[1,2)', '[2024-06-01,2025-01-01)');
INSERT INTO r VALUES ('[1,2)', '[2024-01-01,2024-06-01)');
