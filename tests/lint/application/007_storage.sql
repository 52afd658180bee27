-- Buckets for avatars (public) and attachments (private), and what people may do there.

INSERT INTO storage.buckets (id, name, public)
VALUES ('avatars', 'avatars', true), ('attachments', 'attachments', false)
ON CONFLICT (id) DO UPDATE SET public = EXCLUDED.public;

-- An avatar is kept as avatars/<user id>/<file>.
CREATE POLICY "Avatar images are publicly accessible." ON storage.objects
    FOR SELECT USING (bucket_id = 'avatars');

CREATE POLICY "Anyone can upload their avatar." ON storage.objects
    FOR INSERT TO authenticated
    WITH CHECK (bucket_id = 'avatars' AND (storage.foldername(name))[1] = auth.uid()::text);

CREATE POLICY "Own avatar can be replaced." ON storage.objects
    FOR UPDATE TO authenticated
    USING (bucket_id = 'avatars' AND owner_id = (SELECT auth.uid()::text))
    WITH CHECK (bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text);

-- An attachment is kept as attachments/<organisation>/<task>/<file>.
CREATE POLICY "Members read attachments" ON storage.objects
    FOR SELECT TO authenticated
    USING (bucket_id = 'attachments' AND (storage.foldername(name))[1] IN (SELECT o::text FROM app.my_orgs() AS o));

CREATE TABLE public.attachments (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    task_id bigint NOT NULL REFERENCES public.tasks (id) ON DELETE CASCADE,
    object_name text NOT NULL UNIQUE,
    mime_type text NOT NULL,
    bytes bigint NOT NULL CHECK (bytes > 0 AND bytes <= 50 * 1024 * 1024),
    width smallint,
    height smallint,
    is_image boolean GENERATED ALWAYS AS (mime_type LIKE 'image/%') STORED,
    extension text GENERATED ALWAYS AS (lower(split_part(object_name, '.', -1))) STORED,
    uploaded_by uuid REFERENCES public.profiles (id) ON DELETE SET NULL,
    uploaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT attachments_size CHECK ((width IS NULL) = (height IS NULL))
);
CREATE INDEX attachments_task_id_idx ON public.attachments (task_id);
CREATE INDEX attachments_uploaded_by_idx ON public.attachments (uploaded_by);
CREATE INDEX attachments_images_idx ON public.attachments (uploaded_at) WHERE is_image;
ALTER TABLE public.attachments ENABLE ROW LEVEL SECURITY;

CREATE POLICY attachments_select ON public.attachments FOR SELECT TO authenticated
    USING (EXISTS (SELECT FROM public.tasks AS t WHERE t.id = task_id));
CREATE POLICY attachments_insert ON public.attachments FOR INSERT TO authenticated
    WITH CHECK (uploaded_by = (SELECT auth.uid()) AND EXISTS (SELECT FROM public.tasks AS t WHERE t.id = task_id));
GRANT SELECT, INSERT ON public.attachments TO authenticated;
GRANT ALL ON public.attachments TO service_role;
