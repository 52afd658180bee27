-- a
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
COMMENT ON AGGREGATE total(int) IS 'One.';

-- b
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, SSPACE = 16, COMBINEFUNC = int4pl, INITCOND = '7', PARALLEL = RESTRICTED);
COMMENT ON AGGREGATE total(int) IS 'Two.';
