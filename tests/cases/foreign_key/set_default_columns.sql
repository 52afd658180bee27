-- since 15

-- a
CREATE TABLE t (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE r (tenant int NOT NULL, t int, u int, CONSTRAINT f FOREIGN KEY (tenant, t) REFERENCES t ON DELETE SET DEFAULT (t));

-- b
CREATE TABLE t (tenant int, id int, PRIMARY KEY (tenant, id));
CREATE TABLE r (tenant int NOT NULL, t int, u int, CONSTRAINT f FOREIGN KEY (tenant, t) REFERENCES t ON DELETE SET DEFAULT (tenant, t) ON UPDATE CASCADE);

-- rows
INSERT INTO t VALUES (1, 2);
INSERT INTO r VALUES (1, 2, 3);
