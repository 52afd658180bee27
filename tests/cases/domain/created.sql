-- a

-- b
CREATE DOMAIN email AS varchar(80) NOT NULL DEFAULT 'a@b' CONSTRAINT at CHECK (VALUE LIKE '%@%') CHECK (length(VALUE) > 2);
COMMENT ON DOMAIN email IS 'An ''address''.';
