"""JUnit XML: one test suite per file, one failed test per finding."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from schema_dsl.lint.finding import Finding

# The characters that XML 1.0 cannot represent.
_UNWRITABLE: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOTHING: Final = (
    '  <testsuite name="schema-dsl lint" tests="1" failures="0" errors="0">\n'
    '    <testcase name="no findings" classname="schema-dsl lint"/>\n  </testsuite>\n'
)


def format_junit(findings: Iterable[Finding]) -> str:
    """Return one suite per file; without findings, one passed test, because readers reject an empty report."""
    suites: dict[str, list[Finding]] = {}
    for finding in findings:
        suites.setdefault(finding.file, []).append(finding)
    suites_xml = [_suite(file, found) for file, found in suites.items()]
    suites_xml = suites_xml or [_NOTHING]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n{"".join(suites_xml)}</testsuites>\n'


def _suite(file: str, findings: list[Finding]) -> str:
    name = _attribute(file)
    cases = "".join(_case(finding, name) for finding in findings)
    count = len(findings)
    return f'  <testsuite name={name} tests="{count}" failures="{count}" errors="0">\n{cases}  </testsuite>\n'


def _case(finding: Finding, file: str) -> str:
    title = _attribute(f"{finding.rule} at {finding.line}:{finding.column}")
    message, kind = _attribute(finding.message), _attribute(finding.level.value)
    text = f"{finding.file}:{finding.line}:{finding.column}: {finding.message}\n{finding.remedy}".rstrip()
    return (
        f'    <testcase name={title} classname={file} file={file} line="{finding.line}">\n'
        f"      <failure message={message} type={kind}>{escape(_writable(text))}</failure>\n"
        "    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_writable(text))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\ufffd", text)
