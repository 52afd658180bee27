-- a
CREATE TYPE "M""o'od ä" AS ENUM ('a');

-- b
CREATE TYPE "M""o'od ä" AS ENUM ('a');
REVOKE ALL ON TYPE "M""o'od ä" FROM PUBLIC;
GRANT USAGE ON TYPE "M""o'od ä" TO schema_dsl_cases_reader;
