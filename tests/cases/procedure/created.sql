-- a

-- b
CREATE PROCEDURE p(a int, INOUT b text DEFAULT 'x') LANGUAGE plpgsql AS 'BEGIN b := a; END';
COMMENT ON PROCEDURE p IS 'a';
