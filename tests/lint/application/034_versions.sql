-- Documents with versions; the common columns are inherited, and one function works for all.
CREATE TABLE app.stamped (
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted boolean NOT NULL DEFAULT false
);
CREATE TABLE public.documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES public.organisations ON DELETE CASCADE,
    title text NOT NULL,
    content jsonb NOT NULL DEFAULT jsonb_build_object('type', 'doc', 'content', jsonb_build_array()),
    tags text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1
) INHERITS (app.stamped);
CREATE INDEX documents_org_id_idx ON public.documents (org_id, updated_at DESC) WHERE NOT deleted;
CREATE INDEX documents_tags_idx ON public.documents USING gin (tags array_ops);
CREATE TABLE public.document_versions (
    LIKE public.documents INCLUDING DEFAULTS EXCLUDING CONSTRAINTS,
    saved_by uuid DEFAULT auth.uid(),
    CONSTRAINT document_versions_pkey PRIMARY KEY (id, version),
    FOREIGN KEY (id) REFERENCES public.documents (id) ON DELETE CASCADE
);
ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.document_versions ENABLE ROW LEVEL SECURITY;
CREATE POLICY documents_members ON public.documents TO authenticated
    USING (org_id IN (SELECT app.my_orgs()) AND NOT deleted) WITH CHECK (org_id IN (SELECT app.my_orgs()));
CREATE POLICY document_versions_members ON public.document_versions FOR SELECT TO authenticated
    USING (org_id IN (SELECT app.my_orgs()));
GRANT SELECT, INSERT, UPDATE ON public.documents TO authenticated;
GRANT SELECT ON public.document_versions TO authenticated;

CREATE FUNCTION app.keep_version() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO public.document_versions SELECT (OLD).*, auth.uid();
    NEW.version := OLD.version + 1;
    NEW.updated_at := now();
    RETURN NEW;
END $$;
CREATE TRIGGER keep_version BEFORE UPDATE OF title, content ON public.documents
    FOR EACH ROW WHEN ((OLD.content, OLD.title) IS DISTINCT FROM (NEW.content, NEW.title)) EXECUTE FUNCTION app.keep_version();

CREATE FUNCTION public.words(content jsonb) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = '' AS $$
    SELECT coalesce(array_agg(w ORDER BY nr), '{}')
    FROM jsonb_path_query(content, 'strict $.**.text') WITH ORDINALITY AS t (word, nr), regexp_split_to_table(t.word #>> '{}', '\s+') AS w
$$;
CREATE FUNCTION app.latest(anyelement, anyelement) RETURNS anyelement LANGUAGE sql IMMUTABLE AS 'SELECT coalesce($2, $1)';
CREATE AGGREGATE app.last_value (anyelement) (SFUNC = app.latest, STYPE = anyelement);
CREATE FUNCTION app.without(items anycompatiblearray, item anycompatible) RETURNS anycompatiblearray
LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN array_remove(items, item); END $$;
CREATE OPERATOR app.- (LEFTARG = anycompatiblearray, RIGHTARG = anycompatible, FUNCTION = app.without);
SELECT app.without(ARRAY[1, 2], 2), app.without(tags, 'x'::text), tags OPERATOR(app.-) 'y'::text, app.last_value(title ORDER BY version)
FROM public.documents GROUP BY tags;
SELECT d.id, v.version, (d).title, d.deleted, v.saved_by
FROM public.documents AS d JOIN public.document_versions AS v USING (id)
WHERE v.title <> d.title AND 'a' = ANY (public.words(v.content)) AND d.tableoid = 'public.documents'::regclass;
SELECT s.created_at, s.tableoid::regclass, count(*) OVER () FROM ONLY app.stamped AS s;
ALTER TABLE app.stamped ADD COLUMN deleted_at timestamptz;
ALTER TABLE public.documents DISABLE TRIGGER keep_version;
UPDATE public.documents SET deleted_at = updated_at WHERE deleted;
ALTER TABLE public.documents ENABLE TRIGGER keep_version;
