-- a
CREATE TABLE "T'$x$ DO" ("wh""ere" int);

-- b
CREATE TABLE "T'$x$ DO" ("wh""ere" int);
CREATE RULE "do instead ""x""" AS ON UPDATE TO "T'$x$ DO" WHERE new."wh""ere" > 1 DO INSTEAD NOTHING;
COMMENT ON RULE "do instead ""x""" ON "T'$x$ DO" IS '$$';
