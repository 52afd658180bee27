"""SQL that the examples of several policy rules share."""

from __future__ import annotations

# A table with everything except policies.
NOTES = (
    "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, team_id uuid, body text);\n"
    "CREATE INDEX notes_user_id_idx ON public.notes (user_id);\n"
    "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
    "GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO authenticated;\n"
)
# The members of teams, which every signed-in user may read.
MEMBERS = (
    "CREATE TABLE public.members (team_id uuid NOT NULL, user_id uuid NOT NULL, PRIMARY KEY (user_id, team_id));\n"
    "ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;\n"
    "GRANT SELECT ON public.members TO authenticated;\n"
)
OWN_ROWS = "FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);"
