"""Tests of connections that Ctrl-C finds half open."""

from __future__ import annotations

import signal
import socket
import sys

import pytest

from schema_dsl.postgres.connection import open_connection


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no interval timers")
def test_closed() -> None:
    """A connection that is half open at Ctrl-C is closed at once: DROP DATABASE waits for sessions that log in."""

    def interrupt(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            parameters = {"host": "127.0.0.1", "port": str(server.getsockname()[1]), "sslmode": "disable"}
            signal.setitimer(signal.ITIMER_REAL, 0.2)
            try:
                open_connection(parameters, own_server=False)
            except KeyboardInterrupt:
                # The traceback of the exception, which cleanup code runs under, must not keep the connection.
                peer, _ = server.accept()
                with peer:
                    peer.settimeout(2)
                    received = peer.recv(1024)
                    assert (True, b"") == (b"user" in received, peer.recv(1024))
            else:
                pytest.fail("the connection was not interrupted")
    finally:
        signal.signal(signal.SIGALRM, before)
