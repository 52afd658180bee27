-- a
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';

-- b
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION f(m mood) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT length(m::text)';
CREATE CAST (mood AS int) WITH FUNCTION f(mood);
COMMENT ON CAST (mood AS int) IS 'It''s $$ \ one.';
CREATE CAST (varchar AS mood) WITH INOUT AS IMPLICIT;
