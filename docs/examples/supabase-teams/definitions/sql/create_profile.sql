CREATE FUNCTION private.create_profile() RETURNS trigger
LANGUAGE plpgsql
-- The role that inserts into auth.users has no privilege on profiles.
SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
    INSERT INTO public.profiles (id, full_name)
    VALUES (NEW.id, left(coalesce(NEW.raw_user_meta_data ->> 'full_name', ''), 100));
    RETURN NULL;
END
$$;
