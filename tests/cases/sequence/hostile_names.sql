-- a
CREATE TABLE "T t'" (id int PRIMARY KEY, "c""'" bigint);

-- b
CREATE SCHEMA "S's";
CREATE SEQUENCE "S's"."it's ""x" START WITH 7;
CREATE TABLE "T t'" (id int PRIMARY KEY, "c""'" bigint DEFAULT nextval('"S''s"."it''s ""x"'));
CREATE SEQUENCE "größe Q" OWNED BY "T t'"."c""'";
COMMENT ON SEQUENCE "größe Q" IS 'a';

-- rows
INSERT INTO "T t'" VALUES (1, NULL);
