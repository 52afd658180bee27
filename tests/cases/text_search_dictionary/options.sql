-- a
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, accept = 'false', stopwords = 'english');
CREATE TEXT SEARCH DICTIONARY e (TEMPLATE = simple);
COMMENT ON TEXT SEARCH DICTIONARY e IS 'One.';

-- b
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, stopwords = 'german');
CREATE TEXT SEARCH DICTIONARY e (TEMPLATE = snowball, language = 'english');
COMMENT ON TEXT SEARCH DICTIONARY e IS 'Two.';
