-- a

-- b
CREATE TYPE address AS (street text, number integer, tags varchar(5)[]);
COMMENT ON TYPE address IS 'It''s $$ \ an address.';
