-- API keys: only a digest is kept.
CREATE TABLE public.api_keys (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE,
    created_by uuid REFERENCES public.profiles (id) ON DELETE SET NULL,
    label text NOT NULL,
    prefix text NOT NULL,
    digest bytea NOT NULL,
    scopes text[] NOT NULL DEFAULT '{read}',
    expires_at timestamptz NOT NULL DEFAULT now() + interval '1 year',
    last_used_at timestamptz,
    CONSTRAINT api_keys_scopes CHECK (scopes <@ ARRAY['read', 'write', 'admin'] AND cardinality(scopes) > 0)
);
CREATE INDEX api_keys_org_id_idx ON public.api_keys (org_id);
CREATE INDEX api_keys_created_by_idx ON public.api_keys (created_by);
CREATE UNIQUE INDEX api_keys_digest_key ON public.api_keys (digest);
ALTER TABLE public.api_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY api_keys_admins ON public.api_keys FOR SELECT TO authenticated USING (app.has_role(org_id, 'owner', 'admin'));
CREATE POLICY api_keys_delete ON public.api_keys FOR DELETE TO authenticated USING (app.has_role(org_id, VARIADIC '{owner,admin}'));
REVOKE ALL ON public.api_keys FROM anon, authenticated;
GRANT SELECT (id, org_id, created_by, label, prefix, scopes, expires_at, last_used_at), DELETE ON public.api_keys TO authenticated;
GRANT ALL ON public.api_keys TO service_role;

CREATE FUNCTION public.create_api_key(org uuid, label text, VARIADIC scopes text[] DEFAULT '{read}', OUT key text, OUT id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $function$
#variable_conflict use_column
BEGIN
    IF NOT app.has_role(org, 'owner', 'admin') THEN
        RAISE insufficient_privilege USING MESSAGE = 'only owners and admins make keys';
    END IF;
    key := 'hal_' || replace(gen_random_uuid()::text, '-', '');
    INSERT INTO public.api_keys AS k (org_id, created_by, label, prefix, digest, scopes)
    VALUES (org, auth.uid(), create_api_key.label, left(key, 8), sha256(convert_to(key, 'UTF8')), create_api_key.scopes)
    RETURNING k.id INTO STRICT create_api_key.id;
END
$function$;
REVOKE ALL ON FUNCTION public.create_api_key FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.create_api_key TO authenticated;

CREATE FUNCTION app.key_owner(key text) RETURNS TABLE (org_id uuid, scopes text[])
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    RETURN QUERY
        UPDATE public.api_keys AS k SET last_used_at = now()
        WHERE k.digest = sha256(key::bytea) AND k.expires_at > now()
        RETURNING k.org_id, k.scopes;
    IF NOT FOUND THEN
        RAISE LOG 'unknown key %', left(key, 8);
    END IF;
END $$;
REVOKE ALL ON FUNCTION app.key_owner(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.key_owner(text) TO service_role;
