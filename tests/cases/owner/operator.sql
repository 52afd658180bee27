-- a
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR !!! (RIGHTARG = int, FUNCTION = int4um);

-- b
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);
CREATE OPERATOR !!! (RIGHTARG = int, FUNCTION = int4um);
ALTER OPERATOR === (int, int) OWNER TO schema_dsl_cases_other_owner;
ALTER OPERATOR !!! (NONE, int) OWNER TO schema_dsl_cases_other_owner;
