-- The functions of pg_jsonschema. A keyword that changes the verdict and that they do not know is an error.
CREATE FUNCTION @extschema@.schema_dsl_find_errors(schema jsonb, instance jsonb, root jsonb) RETURNS text[]
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    kind constant text := jsonb_typeof(instance);
    amount constant numeric := CASE WHEN kind = 'number' THEN (instance #>> '{}')::numeric END;
    content constant text := CASE WHEN kind = 'string' THEN instance #>> '{}' END;
    elements constant jsonb := CASE WHEN kind = 'array' THEN instance ELSE '[]' END;
    members constant jsonb := CASE WHEN kind = 'object' THEN instance ELSE '{}' END;
    count_of_members constant bigint := (SELECT count(*) FROM jsonb_object_keys(members));
    items_is_list constant boolean := coalesce(jsonb_typeof(schema -> 'items') = 'array', false);
    listed constant jsonb := CASE WHEN items_is_list THEN schema -> 'items' ELSE coalesce(schema -> 'prefixItems', '[]') END;
    keyword text;
    argument jsonb;
    bound numeric;
    part record;
    matching bigint;
    holds boolean;
    errors text[] := '{}';
BEGIN
    IF jsonb_typeof(schema) = 'boolean' THEN
        RETURN CASE WHEN schema = 'true' THEN errors ELSE ARRAY[format('False schema does not allow %s', instance)] END;
    ELSIF jsonb_typeof(schema) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'Invalid JSON schema: %', coalesce(schema::text, 'a reference leads to nothing')
            USING ERRCODE = 'invalid_parameter_value';
    END IF;
    FOR keyword, argument IN SELECT * FROM jsonb_each(schema) LOOP
        bound := CASE WHEN jsonb_typeof(argument) = 'number' THEN (argument #>> '{}')::numeric END;
        holds := true;
        CASE keyword
            WHEN 'type' THEN
                holds := kind IN (
                    SELECT CASE name WHEN 'integer' THEN CASE WHEN amount = trunc(amount) THEN 'number' END ELSE name END
                    FROM jsonb_array_elements_text(
                        CASE jsonb_typeof(argument) WHEN 'array' THEN argument ELSE jsonb_build_array(argument) END
                    ) AS each (name)
                ) IS TRUE;
            WHEN 'enum' THEN holds := instance IN (SELECT jsonb_array_elements(argument));
            WHEN 'const' THEN holds := instance = argument;
            WHEN 'multipleOf' THEN holds := amount % bound = 0;
            WHEN 'minimum' THEN
                holds := CASE WHEN schema -> 'exclusiveMinimum' = 'true' THEN amount > bound ELSE amount >= bound END;
            WHEN 'maximum' THEN
                holds := CASE WHEN schema -> 'exclusiveMaximum' = 'true' THEN amount < bound ELSE amount <= bound END;
            WHEN 'exclusiveMinimum' THEN holds := bound IS NULL OR amount > bound;
            WHEN 'exclusiveMaximum' THEN holds := bound IS NULL OR amount < bound;
            WHEN 'minLength' THEN holds := length(content) >= bound;
            WHEN 'maxLength' THEN holds := length(content) <= bound;
            WHEN 'pattern' THEN holds := content ~ (argument #>> '{}');
            WHEN 'minItems' THEN holds := kind <> 'array' OR jsonb_array_length(elements) >= bound;
            WHEN 'maxItems' THEN holds := kind <> 'array' OR jsonb_array_length(elements) <= bound;
            WHEN 'uniqueItems' THEN
                holds := argument = 'false'
                    OR (SELECT count(*) = count(DISTINCT element) FROM jsonb_array_elements(elements) AS each (element));
            WHEN 'minProperties' THEN holds := kind <> 'object' OR count_of_members >= bound;
            WHEN 'maxProperties' THEN holds := kind <> 'object' OR count_of_members <= bound;
            WHEN 'required' THEN
                FOR part IN SELECT name FROM jsonb_array_elements_text(argument) AS each (name) LOOP
                    IF kind = 'object' AND NOT members ? part.name THEN
                        errors := errors || format('"%s" is a required property', part.name);
                    END IF;
                END LOOP;
            WHEN 'properties' THEN
                FOR part IN
                    SELECT declared.value AS rule, members -> key AS found FROM jsonb_each(argument) AS declared
                    WHERE members ? key
                LOOP
                    errors := errors || @extschema@.schema_dsl_find_errors(part.rule, part.found, root);
                END LOOP;
            WHEN 'patternProperties' THEN
                FOR part IN
                    SELECT declared.value AS rule, member.value AS found
                    FROM jsonb_each(argument) AS declared INNER JOIN jsonb_each(members) AS member ON member.key ~ declared.key
                LOOP
                    errors := errors || @extschema@.schema_dsl_find_errors(part.rule, part.found, root);
                END LOOP;
            WHEN 'additionalProperties' THEN
                FOR part IN
                    SELECT member.value AS found FROM jsonb_each(members) AS member
                    WHERE NOT coalesce(schema -> 'properties', '{}') ? member.key AND NOT EXISTS (
                        SELECT FROM jsonb_object_keys(coalesce(schema -> 'patternProperties', '{}')) AS each (pattern)
                        WHERE member.key ~ pattern
                    )
                LOOP
                    errors := errors || @extschema@.schema_dsl_find_errors(argument, part.found, root);
                END LOOP;
            WHEN 'propertyNames' THEN
                FOR part IN SELECT key FROM jsonb_object_keys(members) AS each (key) LOOP
                    errors := errors || @extschema@.schema_dsl_find_errors(argument, to_jsonb(part.key), root);
                END LOOP;
            WHEN 'dependentRequired', 'dependentSchemas', 'dependencies' THEN
                FOR part IN SELECT declared.value AS rule FROM jsonb_each(argument) AS declared WHERE members ? declared.key LOOP
                    errors := errors || @extschema@.schema_dsl_find_errors(
                        CASE jsonb_typeof(part.rule)
                            WHEN 'array' THEN jsonb_build_object('required', part.rule) ELSE part.rule
                        END, instance, root);
                END LOOP;
            WHEN 'prefixItems', 'items', 'additionalItems' THEN
                -- prefixItems, or a list of items, is for the first elements, and the other schema for the rest.
                FOR part IN
                    SELECT numbered.element,
                        CASE
                            WHEN keyword = 'prefixItems' OR (keyword = 'items' AND items_is_list) THEN listed -> (place - 1)::integer
                            WHEN place > jsonb_array_length(listed) AND (keyword = 'items' OR items_is_list) THEN argument
                        END AS rule
                    FROM jsonb_array_elements(elements) WITH ORDINALITY AS numbered (element, place)
                LOOP
                    errors := errors || @extschema@.schema_dsl_find_errors(coalesce(part.rule, 'true'), part.element, root);
                END LOOP;
            WHEN 'contains' THEN
                SELECT count(*) INTO matching FROM jsonb_array_elements(elements) AS each (element)
                WHERE @extschema@.schema_dsl_find_errors(argument, element, root) = '{}';
                holds := kind <> 'array' OR matching BETWEEN
                    coalesce((schema ->> 'minContains')::bigint, 1) AND coalesce((schema ->> 'maxContains')::bigint, matching);
            WHEN 'allOf' THEN
                FOR part IN SELECT rule FROM jsonb_array_elements(argument) AS each (rule) LOOP
                    errors := errors || @extschema@.schema_dsl_find_errors(part.rule, instance, root);
                END LOOP;
            WHEN 'anyOf', 'oneOf' THEN
                SELECT count(*) INTO matching FROM jsonb_array_elements(argument) AS each (rule)
                WHERE @extschema@.schema_dsl_find_errors(rule, instance, root) = '{}';
                holds := matching = 1 OR (matching > 1 AND keyword = 'anyOf');
            WHEN 'not' THEN holds := @extschema@.schema_dsl_find_errors(argument, instance, root) <> '{}';
            WHEN 'if' THEN
                errors := errors || @extschema@.schema_dsl_find_errors(
                    coalesce(CASE
                        WHEN @extschema@.schema_dsl_find_errors(argument, instance, root) = '{}' THEN schema -> 'then'
                        ELSE schema -> 'else'
                    END, 'true'), instance, root);
            WHEN '$ref' THEN
                IF (argument #>> '{}') !~ '^#(/|$)' THEN
                    RAISE EXCEPTION 'The stand-in for pg_jsonschema does not resolve the reference %', argument
                        USING ERRCODE = 'feature_not_supported';
                END IF;
                errors := errors || @extschema@.schema_dsl_find_errors(
                    root #> ARRAY(
                        SELECT replace(replace(name, '~1', '/'), '~0', '~')
                        FROM string_to_table(nullif(substr(argument #>> '{}', 3), ''), '/') AS each (name)
                    ), instance, root);
            WHEN '$dynamicRef', '$recursiveRef', 'unevaluatedItems', 'unevaluatedProperties' THEN
                RAISE EXCEPTION 'The stand-in for pg_jsonschema does not know %', keyword
                    USING ERRCODE = 'feature_not_supported';
            ELSE
                -- Annotations, definitions, and what another keyword reads.
                NULL;
        END CASE;
        IF NOT holds THEN
            errors := errors || format('%s does not hold: %s: %s', instance, to_json(keyword), argument);
        END IF;
    END LOOP;
    RETURN errors;
END
$$;
CREATE FUNCTION @extschema@.jsonb_matches_schema(schema json, instance jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT @extschema@.schema_dsl_find_errors(schema::jsonb, instance, schema::jsonb) = '{}'
$$;
CREATE FUNCTION @extschema@.json_matches_schema(schema json, instance json) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT @extschema@.jsonb_matches_schema(schema, instance::jsonb)
$$;
CREATE FUNCTION @extschema@.jsonschema_validation_errors(schema json, instance json) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT @extschema@.schema_dsl_find_errors(schema::jsonb, instance::jsonb, schema::jsonb)
$$;
CREATE FUNCTION @extschema@.jsonschema_is_valid(schema json) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT @extschema@.json_matches_schema($schema${
        "type": ["object", "boolean"],
        "properties": {
            "type": {"anyOf": [{"$ref": "#/$defs/type"}, {"type": "array", "items": {"$ref": "#/$defs/type"}, "minItems": 1, "uniqueItems": true}]},
            "enum": {"type": "array"}, "required": {"$ref": "#/$defs/names"}, "pattern": {"type": "string"}, "$ref": {"type": "string"},
            "multipleOf": {"type": "number", "exclusiveMinimum": 0},
            "minimum": {"type": "number"}, "maximum": {"type": "number"},
            "exclusiveMinimum": {"type": ["number", "boolean"]}, "exclusiveMaximum": {"type": ["number", "boolean"]},
            "minLength": {"$ref": "#/$defs/size"}, "maxLength": {"$ref": "#/$defs/size"},
            "minItems": {"$ref": "#/$defs/size"}, "maxItems": {"$ref": "#/$defs/size"},
            "minContains": {"$ref": "#/$defs/size"}, "maxContains": {"$ref": "#/$defs/size"},
            "minProperties": {"$ref": "#/$defs/size"}, "maxProperties": {"$ref": "#/$defs/size"},
            "uniqueItems": {"type": "boolean"},
            "properties": {"$ref": "#/$defs/schemas"}, "patternProperties": {"$ref": "#/$defs/schemas"},
            "$defs": {"$ref": "#/$defs/schemas"}, "definitions": {"$ref": "#/$defs/schemas"},
            "dependentSchemas": {"$ref": "#/$defs/schemas"},
            "dependentRequired": {"type": "object", "additionalProperties": {"$ref": "#/$defs/names"}},
            "additionalProperties": {"$ref": "#"}, "propertyNames": {"$ref": "#"}, "contains": {"$ref": "#"},
            "items": {"anyOf": [{"$ref": "#"}, {"$ref": "#/$defs/list"}]}, "additionalItems": {"$ref": "#"},
            "prefixItems": {"$ref": "#/$defs/list"}, "allOf": {"$ref": "#/$defs/list"},
            "anyOf": {"$ref": "#/$defs/list"}, "oneOf": {"$ref": "#/$defs/list"},
            "not": {"$ref": "#"}, "if": {"$ref": "#"}, "then": {"$ref": "#"}, "else": {"$ref": "#"}
        },
        "$defs": {
            "type": {"enum": ["array", "boolean", "integer", "null", "number", "object", "string"]},
            "names": {"type": "array", "items": {"type": "string"}, "uniqueItems": true},
            "size": {"type": "integer", "minimum": 0},
            "list": {"type": "array", "items": {"$ref": "#"}, "minItems": 1},
            "schemas": {"type": "object", "additionalProperties": {"$ref": "#"}}
        }
    }$schema$::json, schema)
$$;
