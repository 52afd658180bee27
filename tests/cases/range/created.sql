-- a

-- b
CREATE TYPE time_range AS RANGE (SUBTYPE = time);
COMMENT ON TYPE time_range IS 'It''s $$ \ a range.';
