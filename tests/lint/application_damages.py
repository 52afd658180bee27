"""Realistic mistakes to insert into the application's history; Postgres rejects each of them."""

from __future__ import annotations

import attrs


@attrs.frozen
class Damage:
    """One mistake in the application's history, and the expected finding.

    Attributes:
        file: The number of the file.
        old: The correct text, which occurs once in the file.
        new: The wrong text.
        rule: The rule of the expected finding.
        marked: The text that the finding marks.
        mentions: A text in the message or remedy of the finding.
    """

    file: int
    old: str
    new: str
    rule: str
    marked: str
    mentions: str = ""

    @property
    def offset(self) -> int:
        """The offset of the first changed character in `new`."""
        pairs = zip(self.old, self.new, strict=False)
        return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(self.old), len(self.new)))


DAMAGES = [
    Damage(
        2,
        "members_user_id_idx ON public.members (user_id)",
        "members_user_id_idx ON public.members (user_ids)",
        "unknown-column",
        "user_ids",
        "user_id",
    ),
    Damage(
        4,
        "asignee_id = auth.uid()) with check",
        "assignee_id = auth.uid()) with check",
        "unknown-column",
        "assignee_id",
        "asignee_id",
    ),
    Damage(
        5,
        "ON public.tasks (project_id, position)",
        'ON public.tasks (project_id, "order")',
        "unknown-column",
        "order",
        "position",
    ),
    Damage(7, "CHECK (bytes > 0 AND", "CHECK (byte > 0 AND", "unknown-column", "byte", "bytes"),
    Damage(
        7,
        "(uploaded_at) WHERE is_image",
        "(uploaded_at) WHERE is_images",
        "unknown-column",
        "is_images",
        "is_image",
    ),
    Damage(
        7,
        "('avatars', 'avatars', true), ('attachments', 'attachments', false)",
        "('avatars', 'avatars', true), ('attachments', false)",
        "syntax-error",
        "VALUES",
    ),
    Damage(8, "s.quiet @> now()", "s.quite @> now()", "unknown-column", "quite", "quiet"),
    Damage(
        8,
        "OR UPDATE OF assignee_id",
        "OR UPDATE OF asignee_id",
        "unknown-column",
        "asignee_id",
        "assignee_id",
    ),
    Damage(
        8,
        "WHEN (NEW.assignee_id IS NOT NULL)",
        "WHEN (NEW.asignee_id IS NOT NULL)",
        "unknown-column",
        "asignee_id",
        "assignee_id",
    ),
    Damage(9, "GENERATED ALWAYS AS (net + vat)", "GENERATED ALWAYS AS (net + tax)", "unknown-column", "tax"),
    Damage(10, "(p.monthly).currency", "(p.monthly).curency", "unknown-column", "curency", "currency"),
    Damage(
        12,
        "ORDER BY t.position NULLS LAST, t.id",
        "ORDER BY t.pos NULLS LAST, t.id",
        "unknown-column",
        "pos",
        "position",
    ),
    Damage(
        12,
        "jsonb_build_object('name', labels.name, 'color', labels.color)",
        "jsonb_build_object('name', labels.name, 'color', label.color)",
        "unknown-column",
        "label",
        "labels",
    ),
    Damage(
        12,
        "ON CONFLICT ON CONSTRAINT labels_org_id_name_key",
        "ON CONFLICT ON CONSTRAINT labels_org_name_key",
        "unknown-constraint",
        "labels_org_name_key",
        "labels_org_id_name_key",
    ),
    Damage(
        12,
        "label_id int REFERENCES public.labels",
        "label_id int REFERENCES public.label",
        "unknown-relation",
        "label",
        "labels",
    ),
    Damage(13, "coalesce(body, '')", "coalesce(bdy, '')", "unknown-column", "bdy", "body"),
    Damage(13, "(to_tsvector('english', body))", "(to_tsvector(body))", "not-immutable", "to_tsvector"),
    Damage(
        14,
        "update organisations set address.country",
        "update organisations set address.land",
        "unknown-column",
        "land",
    ),
    Damage(
        14,
        "check (vat_id is null or (address).country is not null)",
        "check (vat_id is null or (address).zip is not null)",
        "unknown-column",
        "zip",
    ),
    Damage(
        15, "CASE WHEN is_private THEN", "CASE WHEN private THEN", "unknown-column", "private", "is_private"
    ),
    Damage(
        15,
        "USING (app.in_channel(channel_id));\nCREATE POLICY messages_insert",
        "USING (app.in_channel(channel_id, user_id));\nCREATE POLICY messages_insert",
        "wrong-argument-count",
        "in_channel",
    ),
    Damage(
        16,
        "SELECT auth.uid()) = user_id);\nEXCEPTION",
        "SELECT auth.uid()) = userid);\nEXCEPTION",
        "unknown-column",
        "userid",
        "user_id",
    ),
    Damage(
        16,
        "CHECK ((state = 'remind_later') = (remind_at IS NOT NULL))",
        "CHECK ((state = 'remind_later') = (remind IS NOT NULL))",
        "unknown-column",
        "remind",
        "remind_at",
    ),
    Damage(
        17,
        'COPY :"schema".countries (code, name, "número", eu)',
        'COPY :"schema".countries (code, name, numero, eu)',
        "unknown-column",
        "numero",
        "número",
    ),
    Damage(
        18,
        "GRANT SELECT (id, org_id, created_by,",
        "GRANT SELECT (id, org_id, creator,",
        "unknown-column",
        "creator",
    ),
    Damage(
        19,
        "WHERE args ? 'key' AND state IN ('queued', 'running');",
        "WHERE arg ? 'key' AND state IN ('queued', 'running');",
        "unknown-column",
        "arg",
        "args",
    ),
    Damage(
        20,
        "FOR UPDATE TO authenticated\n    USING (assignee_id =",
        "FOR UPDATE TO authenticated\n    USING (asignee_id =",
        "unknown-column",
        "asignee_id",
        "assignee_id",
    ),
    Damage(
        20,
        'DROP POLICY "assignees change tasks"',
        'DROP POLICY "assignee changes tasks"',
        "unknown-policy",
        "assignee changes tasks",
        "assignees change tasks",
    ),
    Damage(
        21,
        "a.day >= since AND app.is_member(org)",
        "a.days >= since AND app.is_member(org)",
        "unknown-column",
        "days",
        "day",
    ),
    Damage(
        21,
        "coalesce(done.done, 0) AS done,",
        "coalesc(done.done, 0) AS done,",
        "unknown-function",
        "coalesc",
        "coalesce",
    ),
    Damage(
        23,
        "EXCLUDE USING gist (room_id WITH =",
        "EXCLUDE USING gist (room WITH =",
        "unknown-column",
        "room",
        "room_id",
    ),
    Damage(
        23,
        "booked_by = (SELECT auth.uid()) AND room_id IN",
        "booked_by = (SELECT auth.email()) AND room_id IN",
        "type-mismatch",
        "=",
    ),
    Damage(
        24,
        "app.has_role(org_id, 'owner', 'admin'));",
        "app.hasrole(org_id, 'owner', 'admin'));",
        "unknown-function",
        "hasrole",
        "has_role",
    ),
    Damage(
        24,
        "postcode, city, region, country)\nSELECT",
        "postcode, city, country)\nSELECT",
        "wrong-column-count",
        "INSERT",
    ),
    Damage(
        25,
        "messages_channel_idx ON public.messages (channel_id, sent_at DESC) WHERE deleted_at",
        "messages_channel_idx ON public.messages (channel_id, sent_at DESC) WHERE deleted",
        "unknown-column",
        "deleted",
        "deleted_at",
    ),
    Damage(
        26,
        "then update set note = w.note, share",
        "then update set notes = w.note, share",
        "unknown-column",
        "notes",
        "note",
    ),
    Damage(
        27,
        "UPDATE billing.plans SET\n    monthly_cents",
        "UPDATE billing.plans SET\n    monthly_cent",
        "unknown-column",
        "monthly_cent",
        "monthly_cents",
    ),
    Damage(
        27,
        "DROP CONSTRAINT subscriptions_check",
        "DROP CONSTRAINT subscription_check",
        "unknown-constraint",
        "subscription_check",
        "subscriptions_check",
    ),
    Damage(
        29,
        "SELECT s.id, s.title, c.body AS last_comment",
        "SELECT s.id, s.titel, c.body AS last_comment",
        "unknown-column",
        "titel",
        "title",
    ),
    Damage(
        30,
        "role public.org_role NOT NULL DEFAULT 'member'",
        "role public.org_roles NOT NULL DEFAULT 'member'",
        "unknown-type",
        "org_roles",
        "org_role",
    ),
    Damage(
        30,
        "role public.org_role NOT NULL DEFAULT 'member'",
        "role public.org_role NOT NULL DEFAULT 'members'",
        "type-mismatch",
        "members",
        "member",
    ),
    Damage(
        30,
        "CREATE TABLE IF NOT EXISTS public.invitations",
        "CREATE TABLE public.members",
        "duplicate-name",
        "members",
    ),
    Damage(
        32,
        "JOIN public.profiles AS p ON p.id = r.user_id",
        "JOIN public.profile AS p ON p.id = r.user_id",
        "unknown-relation",
        "profile",
        "profiles",
    ),
    Damage(
        32,
        "EXECUTE FUNCTION app.message_changed()",
        "EXECUTE FUNCTION app.message_change()",
        "unknown-function",
        "message_change",
        "message_changed",
    ),
    Damage(33, "WHERE org_id IS NOT NULL", "WHERE orgid IS NOT NULL", "unknown-column", "orgid", "org_id"),
    Damage(
        33,
        "ALTER TABLE app.customers RENAME TO",
        "ALTER TABLE legacy_crm.customers RENAME TO",
        "unknown-relation",
        "customers",
    ),
    Damage(
        34,
        "UPDATE public.documents SET deleted_at = updated_at",
        "UPDATE public.documents SET deletion_at = updated_at",
        "unknown-column",
        "deletion_at",
        "deleted_at",
    ),
    Damage(
        34,
        "DISABLE TRIGGER keep_version",
        "DISABLE TRIGGER keep_versions",
        "unknown-trigger",
        "keep_versions",
        "keep_version",
    ),
    Damage(
        34,
        "org_id IN (SELECT app.my_orgs()) AND NOT deleted",
        "org_id IN (SELECT app.my_orgs()) AND NOT title",
        "type-mismatch",
        "title",
    ),
    Damage(6, "references tasks(id)", "references tasks(project_id)", "foreign-key-target", "references"),
    Damage(
        35,
        "set status = 'review' where",
        "set status = 'reviewed' where",
        "type-mismatch",
        "reviewed",
        "review",
    ),
    Damage(
        36,
        "(user_id = auth.uid() or (shared and",
        "(user_id = auth.uid() or (share and",
        "unknown-column",
        "share",
        "shared",
    ),
    Damage(
        37, "ORDER BY v.took_ms) AS took", "ORDER BY v.took) AS took", "unknown-column", "took", "took_ms"
    ),
    Damage(
        38,
        "has_role(webhooks.org_id, 'admin'",
        "has_role(webhooks.orgid, 'admin'",
        "unknown-column",
        "orgid",
        "org_id",
    ),
    Damage(
        39,
        "tasks_due_idx ON public.tasks (due)",
        "tasks_due_idx ON public.tasks (due_on)",
        "unknown-column",
        "due_on",
    ),
    Damage(39, "ADD COLUMN uid uuid", "ADD COLUMN body uuid", "duplicate-name", "body"),
    Damage(40, "t.unread + 1, t.rooms[1]", "t.unred + 1, t.rooms[1]", "unknown-column", "unred", "unread"),
    Damage(
        40,
        "public.today(gen_random_uuid(), tz =>",
        "public.today(gen_random_uuid(), zone =>",
        "unknown-function",
        "zone",
    ),
]

# Mistakes in PL/pgSQL bodies, which Postgres rejects only when the statement runs.
IN_BODIES = [
    Damage(
        3,
        "INTO public.members (org_id, user",
        "INTO public.members (org, user",
        "unknown-column",
        "org",
        "org_id",
    ),
    Damage(
        6, "t.id = n.task_id;\n  elsif", "t.id = n.taskid;\n  elsif", "unknown-column", "taskid", "task_id"
    ),
    Damage(
        8, "app.notify(NEW.assignee_id", "app.notfy(NEW.assignee_id", "unknown-function", "notfy", "notify"
    ),
    Damage(11, "log (actor, relation,", "log (actor, relations,", "unknown-column", "relations", "relation"),
    Damage(18, "AS k SET last_used_at", "AS k SET last_used", "unknown-column", "last_used", "last_used_at"),
    Damage(
        22,
        "tasks set parent_id = target",
        "tasks set parent = target",
        "unknown-column",
        "parent",
        "parent_id",
    ),
    Damage(23, "WHERE rooms.org_id =", "WHERE rooms.orgid =", "unknown-column", "orgid", "org_id"),
    Damage(27, "SET seats = column_type", "SET seat = column_type", "unknown-column", "seat", "seats"),
    Damage(
        30,
        "CONSTRAINT members_pkey DO",
        "CONSTRAINT members_pk DO",
        "unknown-constraint",
        "members_pk",
        "members_pkey",
    ),
    Damage(32, "NEW.edited_at :=", "NEW.edited :=", "unknown-column", "edited", "edited_at"),
    Damage(
        33,
        "DELETE FROM app.crm_customers",
        "DELETE FROM app.crm_customer",
        "unknown-relation",
        "crm_customer",
    ),
    Damage(34, "OLD.version + 1", "OLD.ver + 1", "unknown-column", "ver", "version"),
    Damage(
        35,
        "coalesce(auth.uid(), new.done_by)",
        "coalesce(auth.uid(), new.doneby)",
        "unknown-column",
        "doneby",
    ),
    Damage(
        36, "from public.saved_views where", "from public.saved_view where", "unknown-relation", "saved_view"
    ),
    Damage(38, "coalesce(NEW.project_id", "coalesce(NEW.project", "unknown-column", "project", "project_id"),
    Damage(40, "n.read_at IS NULL", "n.read IS NULL", "unknown-column", "read", "read_at"),
]
