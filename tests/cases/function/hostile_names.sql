-- a
CREATE FUNCTION "F'n ""x"("A 'g" int) RETURNS int LANGUAGE sql AS 'SELECT "A ''g"';

-- b
CREATE FUNCTION "F'n ""x"("A 'g" int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT "A ''g" + 1';
COMMENT ON FUNCTION "F'n ""x"(int) IS $$it's$$;
