"""Tests of termination signals."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from schema_dsl.cli.signals import interruptible


class TestInterruptible:
    """`interruptible()`."""

    def test_unwinds(self) -> None:
        """SIGTERM raises SystemExit with the status that shells use."""
        with pytest.raises(SystemExit) as caught, interruptible():
            signal.raise_signal(signal.SIGTERM)
        assert 143 == caught.value.code

    def test_restores(self) -> None:
        """The end of the context restores the signal handlers."""
        before = signal.getsignal(signal.SIGTERM)
        with interruptible():
            assert before != signal.getsignal(signal.SIGTERM)
        assert before == signal.getsignal(signal.SIGTERM)

    def test_ignored(self) -> None:
        """An ignored signal stays ignored."""
        before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
        try:
            with interruptible():
                signal.raise_signal(signal.SIGHUP)
        finally:
            signal.signal(signal.SIGHUP, before)

    def test_threads(self) -> None:
        """In another thread the context does nothing, because Python sets no handlers there."""

        def work() -> str:
            with interruptible():
                return "done"

        with ThreadPoolExecutor(1) as pool:
            assert "done" == pool.submit(work).result()
