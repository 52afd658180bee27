"""What the examples of rules about policies have in common."""

from __future__ import annotations

# A table as it should be, but for its policies.
NOTES = (
    "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL, team_id uuid, body text);\n"
    "CREATE INDEX notes_user_id_idx ON public.notes (user_id);\n"
    "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
    "GRANT SELECT, INSERT, UPDATE, DELETE ON public.notes TO authenticated;\n"
)
# Who belongs to which team, known to all who are signed in.
MEMBERS = (
    "CREATE TABLE public.members (team_id uuid NOT NULL, user_id uuid NOT NULL, PRIMARY KEY (user_id, team_id));\n"
    "ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;\n"
    "GRANT SELECT ON public.members TO authenticated;\n"
)
OWN = "FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);"
