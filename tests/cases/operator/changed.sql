-- a
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION other(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same, RESTRICT = eqsel);
CREATE OPERATOR ~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = same, HASHES);
COMMENT ON OPERATOR === (int, int) IS 'One.';
COMMENT ON OPERATOR ~~~ (int, int) IS 'One.';

-- b
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION other(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same, RESTRICT = neqsel, JOIN = neqjoinsel);
CREATE OPERATOR ~~~ (LEFTARG = int, RIGHTARG = int, FUNCTION = other, COMMUTATOR = ~~~);
COMMENT ON OPERATOR === (int, int) IS 'Two.';
COMMENT ON OPERATOR ~~~ (int, int) IS 'One.';
