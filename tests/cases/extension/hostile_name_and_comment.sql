-- a
CREATE EXTENSION "dict_int";

-- b
CREATE EXTENSION "dict_int";
COMMENT ON EXTENSION "dict_int" IS 'It''s $$ \ ours.';
CREATE SCHEMA "E x";
CREATE EXTENSION "unaccent" WITH SCHEMA "E x";
