-- Labels on tasks, and the first view that the board reads.
CREATE TABLE public.labels (
    id serial PRIMARY KEY,
    org_id uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    color char(7) NOT NULL DEFAULT '#888888' CHECK (color ~ '^#[0-9a-f]{6}$'),
    UNIQUE (org_id, name)
);
CREATE TABLE public.task_labels (
    task_id bigint REFERENCES public.tasks ON DELETE CASCADE,
    label_id int REFERENCES public.labels ON DELETE CASCADE,
    PRIMARY KEY (task_id, label_id)
);
ALTER TABLE public.labels ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.task_labels ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Members manage labels" ON public.labels FOR ALL TO authenticated
    USING (app.is_member(org_id)) WITH CHECK (app.is_member(org_id));
CREATE POLICY "Members label tasks" ON public.task_labels FOR ALL TO authenticated
    USING (EXISTS (SELECT 1 FROM public.labels l WHERE l.id = label_id))
    WITH CHECK (EXISTS (SELECT 1 FROM public.labels l WHERE l.id = label_id)
                AND EXISTS (SELECT 1 FROM public.tasks t WHERE t.id = task_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON public.labels, public.task_labels TO authenticated;
GRANT USAGE ON SEQUENCE public.labels_id_seq TO authenticated;
GRANT ALL ON public.labels, public.task_labels TO service_role;

CREATE VIEW public.board WITH (security_invoker = on) AS
SELECT
    t.id, t.project_id, t.title, t.status, t.position, t.due,
    t.comment_count,
    p.username AS assignee,
    coalesce(l.labels, '[]'::jsonb) AS labels,
    row_number() OVER (PARTITION BY t.project_id, t.status ORDER BY t.position NULLS LAST, t.id) AS place
FROM public.tasks AS t
LEFT JOIN public.profiles AS p ON p.id = t.assignee_id
LEFT JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_object('name', labels.name, 'color', labels.color) ORDER BY labels.name) AS labels
    FROM public.task_labels
    JOIN public.labels ON labels.id = task_labels.label_id
    WHERE task_labels.task_id = t.id
) AS l ON true;
COMMENT ON VIEW public.board IS E'What the board shows.\nOne row for each task.';
COMMENT ON COLUMN public.board.place IS 'From the top of its column, from 1';
GRANT SELECT ON public.board TO authenticated;

-- A few for everybody.
INSERT INTO public.labels (org_id, name, color)
SELECT o.id, v.name, v.color
FROM public.organisations o
CROSS JOIN (VALUES ('bug', '#d73a4a'), ('idea', '#a2eeef'), ('question', '#d876e3')) AS v (name, color)
ON CONFLICT ON CONSTRAINT labels_org_id_name_key DO NOTHING;
