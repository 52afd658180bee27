"""All the damages to a script that are worth noticing."""

from __future__ import annotations

from collections import Counter

from schema_dsl.parsing import Lines, split
from schema_dsl.verify.mutants.mutant import Mutant
from schema_dsl.verify.mutants.operators import operators
from schema_dsl.verify.mutants.pieces import pieces_of

_SHOWN = 60


def mutants_of(script: str) -> tuple[Mutant, ...]:
    """Damage a script in every way that the operators know, one damage each, in the order of the text."""
    lines = Lines(script)
    counted: Counter[str] = Counter()
    seen = {script}
    found = []
    for piece in pieces_of(script, split(script).statements):
        for operator, edits in operators().items():
            for edit in edits(piece):
                damaged = script[: edit.start] + edit.new + script[edit.end :]
                if damaged in seen:
                    continue
                seen.add(damaged)
                identity = f"{operator}: {piece.subject}{f', {edit.detail}' if edit.detail else ''}"
                counted[identity] += 1
                found.append(
                    Mutant(
                        identity=f"{identity} ({counted[identity]})" if counted[identity] > 1 else identity,
                        operator=operator,
                        subject=piece.subject,
                        detail=edit.detail,
                        line=lines.position(edit.start)[0],
                        before=_shown(script[edit.start : edit.end]),
                        after=_shown(edit.new),
                        script=damaged,
                    )
                )
    return tuple(found)


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 3]}..."
