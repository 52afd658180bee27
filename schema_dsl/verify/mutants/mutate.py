"""Generate the mutants of a script."""

from __future__ import annotations

from collections import Counter

from schema_dsl.parsing import Lines, Problem, split
from schema_dsl.parsing.grammar import parse
from schema_dsl.verify.mutants.fragments import Fragment, split_fragments
from schema_dsl.verify.mutants.mutant import Mutant, MutationEdit
from schema_dsl.verify.mutants.operators import load_operators

_MAX_EXCERPT = 60


def generate_mutants(script: str) -> tuple[Mutant, ...]:
    """Return the mutants of a script: every edit of every operator, in the order of the text."""
    lines = Lines(script)
    counted: Counter[str] = Counter()
    seen = {script}
    mutants = []
    for fragment in split_fragments(script, split(script).statements):
        for operator, edits in load_operators().items():
            for edit in edits(fragment):
                damaged = script[: edit.start] + edit.new + script[edit.end :]
                if damaged in seen or not _is_valid_sql(fragment, edit):
                    continue
                seen.add(damaged)
                identity = f"{operator}: {fragment.subject}{f', {edit.detail}' if edit.detail else ''}"
                counted[identity] += 1
                mutants.append(
                    Mutant(
                        identity=f"{identity} ({counted[identity]})" if counted[identity] > 1 else identity,
                        operator=operator,
                        subject=fragment.subject,
                        detail=edit.detail,
                        line=lines.position(edit.start)[0],
                        before=_format_excerpt(script[edit.start : edit.end]),
                        after=_format_excerpt(edit.new),
                        script=damaged,
                    )
                )
    return tuple(mutants)


def _is_valid_sql(fragment: Fragment, edit: MutationEdit) -> bool:
    """Return whether an edited statement parses. Syntax errors make useless mutants, because every proof fails."""
    if fragment.kind == "block":
        return True
    rest = fragment.script[edit.end : fragment.end] if edit.end < fragment.end else ""
    return not isinstance(parse(fragment.script[fragment.start : edit.start] + edit.new + rest), Problem)


def _format_excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _MAX_EXCERPT else f"{flat[: _MAX_EXCERPT - 3]}..."
