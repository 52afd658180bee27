"""Report formats for other programs."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

from schema_dsl.lint import FORMATS, Finding, Level, Source

ODD = Source.of("SELECT 1;\nSELECT é; -- 100%, <&>", "a b,c:d%.sql")
FOUND = [
    ODD.finding(
        17, "unknown-column", Level.ERROR, 'column "é" <does> & not\nexist, 100%: \x01', "No é.", length=1
    ),
    ODD.finding(0, "require-lock-timeout", Level.WARNING, "waits"),
    Finding("definitions/notes.py", 3, 1, "of-another-time", Level.INFO, "worth knowing"),
]


class TestSarif:
    """SARIF 2.1.0."""

    def test_structure(self) -> None:
        """The log has the required properties, and its references are valid."""
        log = json.loads(FORMATS["sarif"](FOUND))
        assert "2.1.0" == log["version"]
        (run,) = log["runs"]
        driver = run["tool"]["driver"]
        assert "schema-dsl" == driver["name"]
        ids = [rule["id"] for rule in driver["rules"]]
        assert len(ids) == len(set(ids))
        for rule in driver["rules"]:
            assert rule["id"] == "of-another-time" or rule["help"]["text"]
            assert rule.get("defaultConfiguration", {"level": "none"})["level"] in {
                "error",
                "warning",
                "note",
                "none",
            }
        assert len(FOUND) == len(run["results"])
        for result in run["results"]:
            assert ids[result["ruleIndex"]] == result["ruleId"]
            assert result["level"] in {"error", "warning", "note"}
            assert result["message"]["text"]
            (place,) = result["locations"]
            physical = place["physicalLocation"]
            assert re.fullmatch(r"[\w%./-]+", physical["artifactLocation"]["uri"])
            region = physical["region"]
            assert 1 <= region["startLine"] == region["endLine"]
            assert 1 <= region["startColumn"] <= region["endColumn"]

    def test_name_that_is_not_utf8(self) -> None:
        """The URI of a file has the bytes of its name."""
        found = Source.of("SELEC 1;", "a\udcff.sql").finding(0, "syntax-error", Level.ERROR, "no")
        (result,) = json.loads(FORMATS["sarif"]([found]))["runs"][0]["results"]
        assert "a%FF.sql" == result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    def test_nothing(self) -> None:
        """Without findings, the run has no results."""
        assert [] == json.loads(FORMATS["sarif"]([]))["runs"][0]["results"]


class TestGithub:
    """Workflow commands."""

    def test_escaped(self) -> None:
        """One line per finding, with escaped special characters."""
        first, second, third = FORMATS["github"](FOUND).splitlines()
        assert (
            "::error file=a b%2Cc%3Ad%25.sql,line=2,endLine=2,col=8,endColumn=9,title=unknown-column::"
            'column "é" <does> & not%0Aexist, 100%25: \x01%0ANo é.'
        ) == first
        assert second.endswith("title=require-lock-timeout::waits")
        assert second.startswith("::warning ")
        assert third.startswith("::notice file=definitions/notes.py,line=3,")


class TestJunit:
    """XML."""

    def test_a_suite_a_file(self) -> None:
        """The report is valid XML for all characters in messages."""
        root = ET.fromstring(FORMATS["junit"](FOUND))  # noqa: S314 - our own
        suites = {suite.get("name"): suite for suite in root}
        assert {"a b,c:d%.sql": "2", "definitions/notes.py": "1"} == {
            name: suite.get("failures") for name, suite in suites.items()
        }
        failure = suites["a b,c:d%.sql"].find("testcase/failure")
        assert failure is not None
        assert "error" == failure.get("type")
        assert "100%: \ufffd" in (failure.text or "")

    def test_nothing(self) -> None:
        """Without findings, the report has one passed test."""
        root = ET.fromstring(FORMATS["junit"]([]))  # noqa: S314 - our own
        assert ["0"] == [suite.get("failures") for suite in root]
