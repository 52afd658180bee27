-- SECURITY DEFINER, because no role may write to the audit log directly.
CREATE FUNCTION record_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = ''
AS $$
DECLARE
    changed jsonb := to_jsonb(coalesce(NEW, OLD));
BEGIN
    INSERT INTO public.audit_log (organisation_id, user_id, table_name, operation, row_id, old_values, new_values)
    VALUES (
        (changed ->> 'organisation_id')::uuid,
        public.current_user_id(),
        TG_TABLE_NAME,
        TG_OP,
        (changed ->> 'id')::uuid,
        CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END,
        CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END
    );
    RETURN NULL;
END
$$;
