"""The values of built-in functions and patterns on constant texts.

Only functions whose result does not depend on a locale have a value: case and patterns of ASCII texts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

# The regular expressions that Python and Postgres read alike: classes, groups, alternatives and greedy quantifiers.
_COMMON = re.compile(
    r"\^?(?:[\w @#%&=<>~!,:;/'\"-]|\\[dsw.+*?()\[\]{}|^$/@-]|\[\^?(?!\])(?:[^\[\]\\]|\\[dsw.+*?^$/@-])+\]"
    r"|\((?:\?:)?|\)|\||\.|(?:[*+?]|\{\d+(?:,\d*)?\})(?![*+?{]))*\$?"
)
# A pattern of SIMILAR TO: escaped signs, bracket expressions without them, single quantifiers, and the rest. An escaped
# letter keeps its meaning in regular expressions.
_SIMILAR = re.compile(
    r"(?P<escape>\\\W)|(?P<class>\[\^?[^\[\]\\^]+\])|(?P<quantifier>(?:[*+?]|\{\d+(?:,\d*)?\})(?![*+?{]))"
    r"|(?P<other>[^\\\[\]*+?{}])",
    re.DOTALL,
)
_SIMILAR_SIGNS = {"%": ".*", "_": ".", "(": "(?:", ")": ")", "|": "|"}
_FUNCTIONS: dict[str, Callable[..., str | int]] = {
    "lower": str.lower,
    "upper": str.upper,
    "length": len,
    "char_length": len,
    "character_length": len,
    "btrim": lambda text: text.strip(" "),
    "ltrim": lambda text: text.lstrip(" "),
    "rtrim": lambda text: text.rstrip(" "),
    "strpos": lambda text, part: text.find(part) + 1,
    "position": lambda text, part: text.find(part) + 1,
}
_ONE_ARGUMENT = 1


def call_text_function(name: str, arguments: Sequence[object]) -> str | int | None:
    """Return the result of a built-in function for constant texts; None if it is not known."""
    function = _FUNCTIONS.get(name)
    texts = [argument for argument in arguments if isinstance(argument, str) and argument.isascii()]
    expected = 2 if name in {"strpos", "position"} else _ONE_ARGUMENT
    return function(*texts) if function and len(texts) == len(arguments) == expected else None


def is_like(text: str, pattern: str, *, ignore_case: bool) -> bool | None:
    """Return whether a text matches a pattern of LIKE; None if it is not known."""
    if ignore_case and not (text + pattern).isascii():
        return None
    parts = re.findall(r"\\.|[%_]|[^%_\\]+", pattern, re.DOTALL)
    if "".join(parts) != pattern:
        return None
    wildcards = {"%": ".*", "_": "."}
    expression = "".join(wildcards.get(part) or re.escape(part.removeprefix("\\")) for part in parts)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.fullmatch(expression, text, flags) is not None


def is_similar(text: str, pattern: str) -> bool | None:
    """Return whether a text matches a pattern of SIMILAR TO; None if it is not known."""
    parts = list(_SIMILAR.finditer(pattern))
    if not (text + pattern).isascii() or "".join(part[0] for part in parts) != pattern:
        return None
    expression = ""
    for part in parts:
        if part["escape"] or part["other"]:
            sign = part[0].removeprefix("\\") if part["escape"] else part[0]
            expression += _SIMILAR_SIGNS.get(part[0]) or re.escape(sign)
        else:
            expression += part[0]
    try:
        return re.fullmatch(expression, text, re.DOTALL) is not None
    except re.error:
        return None


def matches_regex(text: str, pattern: str, *, ignore_case: bool) -> bool | None:
    """Return whether a text matches a regular expression; None if it is not known."""
    if not (text + pattern).isascii() or "\n" in text or not _COMMON.fullmatch(pattern):
        return None
    try:
        return re.search(pattern, text, re.IGNORECASE if ignore_case else 0) is not None
    except re.error:
        return None
