-- a
CREATE TABLE t (a int NOT NULL, b text);

-- b
CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (START WITH 500 INCREMENT BY 5), b text);

-- rows
INSERT INTO t VALUES (3, 'a'), (4, 'b');
