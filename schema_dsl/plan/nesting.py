"""Nest the statements of replaced objects: one that adapts to several of them runs while old and new ones exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from schema_dsl.analysis.identity import Identity


def nest_hosts(adapted: dict[Identity, Identity], hosts: Mapping[Identity, Iterable[Identity]]) -> None:
    """Put the statement of each object that adapts inside those of all replaced objects to which it adapts.

    Args:
        adapted: The objects that adapt, each with the one whose statement contains its own. A replaced object joins
            them if its statement has to be inside that of another one.
        hosts: All replaced objects to which each object adapts.
    """
    for identity in list(adapted):
        for host in hosts[identity]:
            around = {host, *_list_outer(host, adapted)}
            path = [identity, *_list_outer(identity, adapted)]
            if host not in path:
                outside = [each for each in path if each not in around]
                adapted[outside[-1]] = host


def _list_outer(identity: Identity, adapted: Mapping[Identity, Identity]) -> Iterator[Identity]:
    """Yield the objects whose statements contain that of an object, from the innermost to the outermost."""
    while identity in adapted:
        identity = adapted[identity]
        yield identity
