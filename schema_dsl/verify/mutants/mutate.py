"""All the damages to a script that are worth noticing."""

from __future__ import annotations

from collections import Counter

from schema_dsl.parsing import Lines, Problem, split
from schema_dsl.parsing.grammar import parse
from schema_dsl.verify.mutants.fragments import Piece, pieces_of
from schema_dsl.verify.mutants.mutant import Mutant, MutationEdit
from schema_dsl.verify.mutants.operators import operators

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
                if damaged in seen or not _grammatical(piece, edit):
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


def _grammatical(piece: Piece, edit: MutationEdit) -> bool:
    """Say whether Postgres could read it: of what it cannot, there is nothing to notice."""
    if piece.kind == "block":
        return True
    rest = piece.script[edit.end : piece.end] if edit.end < piece.end else ""
    return not isinstance(parse(piece.script[piece.start : edit.start] + edit.new + rest), Problem)


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _SHOWN else f"{flat[: _SHOWN - 3]}..."
