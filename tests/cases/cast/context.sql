-- a
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';
CREATE CAST (mood AS int) WITH FUNCTION f(mood);
COMMENT ON CAST (mood AS int) IS 'One.';

-- b
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';
CREATE FUNCTION g(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE CAST (mood AS int) WITH FUNCTION g(mood) AS ASSIGNMENT;
COMMENT ON CAST (mood AS int) IS 'Two.';
