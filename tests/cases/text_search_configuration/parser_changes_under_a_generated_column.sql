-- a
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = pg_catalog.simple);
CREATE TEXT SEARCH CONFIGURATION words (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR asciiword WITH plain, simple;
COMMENT ON TEXT SEARCH CONFIGURATION words IS 'Words.';
CREATE TABLE t (id int PRIMARY KEY, body text, words tsvector GENERATED ALWAYS AS (to_tsvector('words', body)) STORED);
CREATE INDEX by_words ON t USING gin (words);
CREATE INDEX by_body ON t USING gin (to_tsvector('words', body));
CREATE VIEW v AS SELECT id, ts_headline('words', body, to_tsquery('words', 'a')) AS headline FROM t;
CREATE FUNCTION matches(r t, q text) RETURNS boolean LANGUAGE sql STABLE AS $x$SELECT r.words @@ websearch_to_tsquery('words', q)$x$;

-- b
CREATE TEXT SEARCH DICTIONARY plain (TEMPLATE = pg_catalog.simple, accept = false);
CREATE TEXT SEARCH CONFIGURATION words (PARSER = "default");
ALTER TEXT SEARCH CONFIGURATION words ADD MAPPING FOR asciiword, word WITH plain, simple;
COMMENT ON TEXT SEARCH CONFIGURATION words IS 'Words.';
CREATE TABLE t (id int PRIMARY KEY, body text, words tsvector GENERATED ALWAYS AS (to_tsvector('words', body)) STORED);
CREATE INDEX by_words ON t USING gin (words);
CREATE INDEX by_body ON t USING gin (to_tsvector('words', body));
CREATE VIEW v AS SELECT id, ts_headline('words', body, to_tsquery('words', 'a')) AS headline FROM t;
CREATE FUNCTION matches(r t, q text) RETURNS boolean LANGUAGE sql STABLE AS $x$SELECT r.words @@ websearch_to_tsquery('words', q)$x$;

-- rows
INSERT INTO t VALUES (1, 'some words'), (2, NULL);
