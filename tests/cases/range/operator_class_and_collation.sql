-- a
CREATE TYPE words AS RANGE (SUBTYPE = text);

-- b
CREATE TYPE words AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops, COLLATION = "C");
