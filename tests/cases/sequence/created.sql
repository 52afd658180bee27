-- a

-- b
CREATE SEQUENCE numbers;
COMMENT ON SEQUENCE numbers IS 'It''s $$ \ counting.';
