-- a
CREATE TABLE t (a int);

-- b
CREATE TABLE t (a int);
GRANT SELECT, INSERT (a) ON t TO "schema_dsl cases ""r"" ä '";
