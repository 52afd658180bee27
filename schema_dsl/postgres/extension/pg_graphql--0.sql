-- The functions of pg_graphql. Nothing answers a query.
CREATE SCHEMA graphql;
CREATE SCHEMA IF NOT EXISTS graphql_public;
GRANT USAGE ON SCHEMA graphql, graphql_public TO PUBLIC;
CREATE FUNCTION graphql.resolve(
    query text, variables jsonb DEFAULT '{}', "operationName" text DEFAULT NULL, extensions jsonb DEFAULT NULL
) RETURNS jsonb LANGUAGE sql AS $$
    SELECT '{"errors": [{"message": "The stand-in for pg_graphql answers no query."}]}'::jsonb
$$;
CREATE FUNCTION graphql_public.graphql(
    "operationName" text DEFAULT NULL, query text DEFAULT NULL, variables jsonb DEFAULT NULL, extensions jsonb DEFAULT NULL
) RETURNS jsonb LANGUAGE sql AS $$ SELECT graphql.resolve(query, variables, "operationName", extensions) $$;
