-- a

-- b
CREATE TEXT SEARCH DICTIONARY german (TEMPLATE = snowball, Language = 'german', StopWords = 'german');
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = simple);
COMMENT ON TEXT SEARCH DICTIONARY plain IS 'It''s $$ \ one.';
