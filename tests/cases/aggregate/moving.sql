-- a
CREATE AGGREGATE total(a float8) (SFUNC = float8pl, STYPE = float8);

-- b
CREATE AGGREGATE total(a float8) (
    SFUNC = float8pl, STYPE = float8, MSFUNC = float8pl, MINVFUNC = float8mi, MSTYPE = float8, MSSPACE = 8, MINITCOND = '1',
    FINALFUNC_MODIFY = SHAREABLE
);
