"""Generate the mutants of a script."""

from __future__ import annotations

from collections import Counter

from schema_dsl.parsing import Lines, Problem, split
from schema_dsl.parsing.grammar import parse
from schema_dsl.verify.mutants.fragments import Fragment, split_fragments
from schema_dsl.verify.mutants.mutant import Mutant, MutationEdit
from schema_dsl.verify.mutants.operators import load_operators
from schema_dsl.verify.proof import Sample, draw_sample

_MAX_EXCERPT = 60
_MOST_STATEMENTS = 150_000
"""The largest number of statements of all judged mutants together."""

_FEWEST_MUTANTS = 100


def choose_mutants(script: str, seed: int) -> tuple[list[Mutant], Sample]:
    """Return the mutants of a script to judge, with their number and that of all mutants: all for a short script.

    Args:
        script: The script.
        seed: The seed that selects mutants of a long script.
    """
    mutants = generate_mutants(script)
    most = max(_FEWEST_MUTANTS, _MOST_STATEMENTS // max(len(split(script).statements), 1))
    chosen = draw_sample(mutants, most, seed)
    return chosen, Sample(len(chosen), len(mutants), seed)


def generate_mutants(script: str) -> tuple[Mutant, ...]:
    """Return the mutants of a script: every edit of every operator, in the order of the text."""
    lines = Lines(script)
    counted: Counter[str] = Counter()
    seen = {hash(script)}
    mutants = []
    for fragment in split_fragments(script, split(script).statements):
        for operator, edits in load_operators().items():
            for edit in edits(fragment):
                damaged = hash(script[: edit.start] + edit.new + script[edit.end :])
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
                        original=script,
                        edit=edit,
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
