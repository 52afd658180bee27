"""Tests of servers in containers."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Server, provider


@pytest.fixture(scope="module")
def container() -> Iterator[Server]:
    """A server in a container. In CI, a missing Docker fails the test instead of skipping it."""
    try:
        with provider("container").start() as server:
            yield server
    except PostgresError as error:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(str(error))


@pytest.mark.container
class TestContainer:
    """The provider `container`."""

    def test_answers(self, container: Server) -> None:
        """The server has the same superuser and settings as an embedded one."""
        with container.connect() as connection:
            row = connection.execute("SELECT current_user, current_setting('fsync')").fetchone()
        assert ("supabase_admin", "off") == row
        assert "(container " in container.label

    def test_databases(self, container: Server) -> None:
        """Databases can be created and copied, and a session can act as any role."""
        with container.connect() as connection:
            connection.execute("CREATE ROLE container_reader")
        with (
            container.database() as first,
            container.database(template=first) as second,
            second.connect("container_reader") as connection,
        ):
            assert ("container_reader",) == connection.execute("SELECT session_user").fetchone()

    def test_no_image(self, container: Server) -> None:
        """An image that does not exist raises PostgresError."""
        assert "container" in container.label
        with (
            pytest.raises(PostgresError, match="container localhost:1/none could not be started"),
            provider("container:localhost:1/none").start(),
        ):
            pass

    def test_killed(self, container: Server) -> None:
        """The next run removes the container of a killed run, and keeps the container of a living run."""
        import docker  # noqa: PLC0415  # a dependency of testcontainers, which is optional

        script = (
            "import time\nfrom schema_dsl.postgres import provider\n"
            "with provider('container').start(): print('up', flush=True); time.sleep(600)"
        )
        with contextlib.closing(docker.from_env()) as client:

            def own_containers() -> set[str]:
                return {
                    container.id
                    for container in client.containers.list(all=True, filters={"label": "schema-dsl.owner"})
                }

            before = own_containers()
            run = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
            with run:
                assert run.stdout is not None
                assert "up\n" == run.stdout.readline()
                (leftover,) = own_containers() - before
                run.kill()
            with provider("container").start():
                assert leftover not in own_containers()
        with container.connect() as connection:
            assert (1,) == connection.execute("SELECT 1").fetchone()


class TestWithout:
    """Machines without testcontainers or Docker."""

    def test_no_testcontainers(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without testcontainers, the error says how to install it."""
        monkeypatch.setitem(sys.modules, "testcontainers.core.container", None)
        with pytest.raises(PostgresError, match="pip install"), provider("container").start():
            pass

    def test_no_docker(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without Docker, the error lists the alternatives."""
        monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere")
        with (
            pytest.raises(PostgresError, match=r"Docker does not answer(.|\n)*embedded"),
            provider("container").start(),
        ):
            pass
