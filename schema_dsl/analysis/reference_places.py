"""Convert the references of a parse tree to places in the text that was parsed."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator

import attrs

from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.reference import ObjectReference, RecordedReference, ReferenceRecorder
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.parsing import Statement
from schema_dsl.parsing.lexer import NAME_KINDS, Token, read_name, tokens

_NAME_KINDS = frozenset({"word", "quoted"})


@attrs.define(eq=False)
class ParsedText:
    """A text that was parsed, and its place in the text that the caller gave.

    Attributes:
        text: The parsed text.
        start: The offset of the parsed text in the caller's text; negative if text was added before it.
        convert: Converts a location in the parse tree to an offset in the parsed text; None if locations count its
            bytes.
        required: Whether the references of the text are required.
    """

    text: str
    start: int = 0
    convert: Callable[[int], int] | None = None
    required: bool = True
    _encoded: bytes | None = None
    _tokens: list[Token] | None = None

    @classmethod
    def of_statement(cls, statement: Statement, *, required: bool = True) -> ParsedText:
        """Return the text of a statement in a script or a body."""
        return cls(
            statement.text,
            statement.start,
            lambda location: statement.offset(location) - statement.start,
            required,
        )

    def locate(self, recorded: Iterable[RecordedReference]) -> Iterator[ObjectReference]:
        """Yield the references with their positions, without duplicates."""
        seen = set()
        for reference in recorded:
            start, written = self._find_name(reference)
            located = ObjectReference(
                identity=reference.identity,
                kind=reference.kind,
                position=max(self.start + start, 0),
                written=written,
                required=self.required,
                candidates=reference.candidates,
            )
            if located not in seen:
                seen.add(located)
                yield located

    def _offset(self, location: int) -> int:
        """Convert a location to an offset in the parsed text."""
        if location >= 0 and self.convert is not None:
            return self.convert(location)
        if location < 0 or self.text.isascii():
            return max(location, 0)
        if self._encoded is None:
            self._encoded = self.text.encode()
        return len(self._encoded[:location].decode(errors="ignore"))

    def _find_name(self, reference: RecordedReference) -> tuple[int, str]:
        """Return the offset of a reference, and the text of its name."""
        start = self._offset(reference.location)
        if not reference.is_written or reference.location < 0:
            return start, ""
        if self._tokens is None:
            self._tokens = list(tokens(self.text))
        following = [token for token in self._tokens if token.end > start]
        if reference.word:
            names = (token for token in following if token.kind in NAME_KINDS)
            same = (token for token in names if read_name(self.text, token) == reference.word)
            found = next(same, None)
            if found is None:
                return start, ""
            at = following.index(found)
            end = _find_end(following[at:], found.start) if reference.kind == "collation" else found.end
            return found.start, self.text[found.start : end]
        return start, self.text[start : _find_end(following, start)]


def _find_end(following: list[Token], start: int) -> int:
    """Return the end of a name that may be qualified, of a constant, or of an operator."""
    if not following:
        return start
    end = following[0].end
    if following[0].word == "operator" and following[0].kind == "word":
        closing = next((token for token in following if token.word == ")"), following[0])
        return closing.end
    if following[0].kind not in _NAME_KINDS:
        for before, token in itertools.pairwise(following):
            # An operator may consist of several tokens without a space.
            if token.start != before.end or token.kind != before.kind or before.kind != "other":
                break
            end = token.end
        return end
    for dot, name in zip(following[1::2], following[2::2], strict=False):
        if dot.word != "." or not (name.kind in _NAME_KINDS or name.word == "*"):
            break
        end = name.end
    return end


def collect_references(
    schema: SchemaInfo, text: ParsedText, analyze: Callable[[Analyzer], object]
) -> Iterator[ObjectReference]:
    """Yield the references that an analysis records.

    A text that is nested too deeply for Python's recursion limit has a reference without an identity.
    """
    recorder = ReferenceRecorder(schema)
    try:
        analyze(Analyzer(schema, recorder=recorder))
    except RecursionError:
        recorder.record("statement", None, -1)
    yield from text.locate(recorder.recorded)
