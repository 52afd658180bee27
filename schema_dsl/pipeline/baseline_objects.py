"""Find out whether the baseline and the definitions create the same objects."""

from __future__ import annotations

from schema_dsl.pipeline.project import Project


def creates_declared(project: Project) -> bool:
    """Return whether the baseline creates an object that the definitions create: then a server has to compare them."""
    if not project.baseline.strip():
        return False
    from schema_dsl.analysis.bodies import expand_blocks  # noqa: PLC0415 - the parsers are heavy
    from schema_dsl.analysis.effects import effects  # noqa: PLC0415
    from schema_dsl.parsing import split  # noqa: PLC0415

    declared = {
        (identity.kind, identity.name)
        for identity, item in project.wanted.objects.items()
        if identity.parent is None and getattr(item, "existing", None) is None
    }
    created = (
        effect.identity
        for statement in expand_blocks(split(project.baseline).statements)
        for effect in effects(statement)
        if effect.verb in {"create", "replace"}
    )
    return any((identity.kind, identity.name) in declared for identity in created)
