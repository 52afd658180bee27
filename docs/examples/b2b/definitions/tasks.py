"""Tasks: what the members of an organisation have to do, with tags and a text search."""

from schema_dsl import (
    Access,
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexElement,
    PrimaryKey,
    Reference,
    Table,
    Unique,
    View,
    before_update,
    date,
    descending,
    max_length,
    may,
    sql,
    sql_file,
    text,
    timestamptz,
    tsvector,
    uuid,
)

from .audit import recorded
from .organisations import (
    ADMINISTERED,
    READABLE,
    WRITABLE,
    memberships,
    organisation_column,
    organisation_policies,
)
from .shared import app_user, created_at, id_column, set_updated_at, updated_at

task_state = Enum("task_state", ["open", "in_progress", "done", "dropped"], usage=[app_user])

TEAM_ACCESS = Access(
    app_user=[
        may("select", rows=READABLE),
        may("insert", "update", rows=WRITABLE),
        may("delete", rows=ADMINISTERED),
    ],
)

tasks = Table(
    "tasks",
    comment="What has to be done.",
    columns=[
        id_column(),
        organisation_column(),
        Column("title", text, not_null=True, check=max_length(200)),
        Column("description", text, not_null=True, default="", check=max_length(20_000)),
        Column("state", task_state, not_null=True, default="open"),
        Column("assignee_id", uuid, comment="A member of the organisation."),
        Column("due_on", date),
        Column("finished_at", timestamptz, comment="NULL until the task is done or dropped."),
        Column(
            "search",
            tsvector,
            generated="""
                setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', description), 'B')
            """,
        ),
        created_at(),
        updated_at(),
    ],
    constraints=[
        # Other tables refer to both columns, so that a row never refers to a task of another organisation.
        Unique(["organisation_id", "id"]),
        ForeignKey(
            ["organisation_id", "assignee_id"],
            memberships,
            on_delete="set null",
            on_delete_columns="assignee_id",
        ),
    ],
    indexes=[
        Index(["organisation_id", descending("created_at")]),
        Index(["organisation_id", "assignee_id"], where="assignee_id IS NOT NULL"),
        Index("search", method="gin"),
        Index(IndexElement("title", operator_class=sql("extensions.gin_trgm_ops")), method="gin"),
    ],
    triggers=[before_update(set_updated_at), recorded()],
    policies=organisation_policies(),
    access=TEAM_ACCESS,
)

tags = Table(
    "tags",
    comment="The words by which an organisation groups its tasks.",
    columns=[
        id_column(),
        organisation_column(),
        Column("name", text, not_null=True, check=max_length(50)),
        created_at(),
    ],
    constraints=[Unique(["organisation_id", "id"])],
    indexes=[Index(["organisation_id", sql("lower(name)")], unique=True, name="tags_name_key")],
    policies=organisation_policies(),
    access=TEAM_ACCESS,
)

task_tags = Table(
    "task_tags",
    comment="Which task has which tag.",
    columns=[
        organisation_column(),
        Column("task_id", uuid),
        Column("tag_id", uuid),
    ],
    constraints=[
        PrimaryKey(["task_id", "tag_id"]),
        ForeignKey(
            ["organisation_id", "task_id"], Reference(tasks, ["organisation_id", "id"]), on_delete="cascade"
        ),
        ForeignKey(
            ["organisation_id", "tag_id"], Reference(tags, ["organisation_id", "id"]), on_delete="cascade"
        ),
    ],
    indexes=[Index(["organisation_id", "task_id"]), Index(["organisation_id", "tag_id"])],
    policies=organisation_policies(delete="member"),
    access=Access(
        app_user=[may("select", rows=READABLE), may("insert", "update", "delete", rows=WRITABLE)],
    ),
)

open_tasks = View(
    "open_tasks",
    sql_file("sql/open_tasks.sql"),
    security_invoker=True,
    select=[app_user],
    comment="Tasks that are not finished, with their tags. The policies of the tables apply.",
)
