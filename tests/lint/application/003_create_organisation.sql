-- Making an organisation and becoming its owner is one step.

CREATE OR REPLACE FUNCTION public.create_organisation(name text, slug text DEFAULT NULL)
RETURNS public.organisations
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    me CONSTANT uuid := auth.uid();
    wanted text := coalesce(
        slug,
        regexp_replace(lower(create_organisation.name), '[^a-z0-9]+', '-', 'g')
    );
    made public.organisations%ROWTYPE;
    attempt int := 0;
BEGIN
    IF me IS NULL THEN
        RAISE EXCEPTION 'sign in first' USING ERRCODE = 'insufficient_privilege';
    END IF;
    <<tries>>
    LOOP
        attempt := attempt + 1;
        BEGIN
            INSERT INTO public.organisations AS o (name, slug, created_by)
            VALUES (create_organisation.name, wanted, me)
            RETURNING o.* INTO made;
            EXIT tries;
        EXCEPTION
            WHEN unique_violation THEN
                IF attempt > 5 THEN
                    RAISE;
                END IF;
                wanted := format('%s-%s', left(wanted, 50), floor(random() * 1000)::int);
        END;
    END LOOP;

    INSERT INTO public.members (org_id, user_id, role)
    VALUES (made.id, me, 'owner')
    ON CONFLICT (org_id, user_id) DO UPDATE SET role = excluded.role;
    RETURN made;
END
$$;

COMMENT ON FUNCTION public.create_organisation(text, text) IS
    'Makes an organisation that the caller owns; the slug is derived from the name where none is given.';
REVOKE EXECUTE ON FUNCTION public.create_organisation(text, text) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.create_organisation(text, text) TO authenticated;
