-- a
CREATE SCHEMA "a""p ä";

-- b
CREATE SCHEMA "a""p ä";
ALTER DEFAULT PRIVILEGES IN SCHEMA "a""p ä" GRANT SELECT ON TABLES TO "schema_dsl cases ""r"" ä '";
