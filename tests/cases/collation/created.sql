-- icu

-- a

-- b
CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de');
CREATE COLLATION loose (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
CREATE COLLATION bytes (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
COMMENT ON COLLATION german IS 'It''s $$ \ one.';
