"""The callers whose access the rules of policies examine, and the claims of their tokens."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.trees import enumeration, option_text, qualified_name
from schema_dsl.lint.facts.clauses import unwrap_scalar_subselect
from schema_dsl.lint.facts.values import NOT_NULL, UNKNOWN, FoldedValue
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

# The claims of each token of Supabase.
_CLAIMS = split_words(
    "aal amr app_metadata aud email exp iat is_anonymous iss phone role session_id sub user_metadata"
)


@attrs.frozen(cache_hash=True)
class CallerIdentity:
    """A caller: the results of auth.uid() and auth.role().

    `has_claims` tells whether the token may have claims that the project adds, and `level` is the claim aal of a
    token without them.
    """

    user: FoldedValue = UNKNOWN
    role: FoldedValue = UNKNOWN
    has_claims: bool = True
    level: str = "aal1"

    def claim(self, node: Node, name: str, key: FoldedValue) -> tuple[FoldedValue] | None:
        """Return the value of auth.jwt() ->> 'sub', 'role' or 'email', which equals that of auth.uid() and others.

        Args:
            node: The left operand.
            name: The operator.
            key: The value of the right operand.

        Returns:
            None if the operation reads no claim that is known.
        """
        if not self.has_claims and isinstance(key, str) and _is_added_claim(node, key):
            return (None,)
        if name == "->" or not _is_jwt(node):
            return None
        email = None if self.user is None else UNKNOWN
        # A caller who is signed in need not be an anonymous user of Supabase.
        anonymous = "false" if self.user is NOT_NULL else email
        claims = {"sub": self.user, "role": self.role, "email": email, "is_anonymous": anonymous}
        if not self.has_claims:
            claims["aal"] = self.level
        return (claims[key],) if isinstance(key, str) and key in claims else None

    def call(self, name: str) -> FoldedValue:
        """Return the value of a function in the schema auth."""
        if name == "email":
            return None if self.user is None else UNKNOWN
        if name == "jwt":
            return NOT_NULL if self.user is NOT_NULL else UNKNOWN
        return {"uid": self.user, "role": self.role}.get(name, UNKNOWN)


ANY_CALLER = CallerIdentity()
ANONYMOUS = CallerIdentity(user=None, role="anon")
SIGNED_IN = CallerIdentity(user=NOT_NULL, role="authenticated")
NEWCOMER = CallerIdentity(user=NOT_NULL, role="authenticated", has_claims=False)
"""A user who just signed up: without claims that the project adds, and without a second factor."""
ENROLLED = attrs.evolve(NEWCOMER, level="aal2")
"""A user who just signed up and has added a second factor."""


def _is_added_claim(node: Node, key: str) -> bool:
    """Return whether a project adds a claim to the tokens of Supabase: at the top, or in app_metadata."""
    if _is_jwt(node):
        return key not in _CLAIMS
    operation = node.a_expr
    if strings(operation.name)[-1:] != ("->",) or not _is_jwt(operation.lexpr):
        return False
    return option_text(operation.rexpr) == "app_metadata" and key not in {"provider", "providers"}


def _is_jwt(node: Node) -> bool:
    kind = node.WhichOneof("node")
    if kind == "sub_link":
        unwrapped = unwrap_scalar_subselect(node.sub_link)
        return unwrapped is not None and _is_jwt(unwrapped)
    if kind == "type_cast":
        return _is_jwt(node.type_cast.arg)
    if kind == "a_expr" and enumeration("A_Expr_Kind")[node.a_expr.kind] == "AEXPR_NULLIF":
        return _is_jwt(node.a_expr.lexpr)
    if kind != "func_call":
        return False
    if qualified_name(node.func_call.funcname)[1] == "current_setting" and node.func_call.args:
        return option_text(node.func_call.args[0]) == "request.jwt.claims"
    return qualified_name(node.func_call.funcname) == ("auth", "jwt")
