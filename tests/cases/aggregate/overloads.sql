-- a
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE AGGREGATE total(bigint) (SFUNC = int8pl, STYPE = bigint);

-- b
CREATE AGGREGATE total(numeric) (SFUNC = numeric_add, STYPE = numeric);
CREATE AGGREGATE total(bigint) (SFUNC = int8pl, STYPE = bigint);
