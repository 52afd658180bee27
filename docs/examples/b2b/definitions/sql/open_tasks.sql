SELECT
    t.id,
    t.organisation_id,
    t.title,
    t.state,
    t.assignee_id,
    t.due_on,
    t.due_on < current_date AS overdue,
    array(
        SELECT g.name
        FROM public.task_tags AS tt
        JOIN public.tags AS g ON g.id = tt.tag_id
        WHERE tt.task_id = t.id
        ORDER BY g.name
    ) AS tags
FROM public.tasks AS t
WHERE t.state IN ('open', 'in_progress')
