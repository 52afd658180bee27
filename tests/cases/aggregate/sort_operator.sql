-- a
CREATE AGGREGATE smallest(int) (SFUNC = int4smaller, STYPE = int);

-- b
CREATE AGGREGATE smallest(int) (SFUNC = int4smaller, STYPE = int, SORTOP = <);

