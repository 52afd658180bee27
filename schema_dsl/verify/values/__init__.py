"""Values worth trying: of a type, one after the other, and out of the tree of a condition."""

from __future__ import annotations

from schema_dsl.verify.values.around import around
from schema_dsl.verify.values.ask import Ask, Place
from schema_dsl.verify.values.derive import candidates, more
from schema_dsl.verify.values.fresh import fresh
from schema_dsl.verify.values.types import Type, Types

__all__ = ["Ask", "Place", "Type", "Types", "around", "candidates", "fresh", "more"]
