"""The result of the trials of one table or view."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from schema_dsl.verify.access.trial import Trial
from schema_dsl.verify.proof import Sample


@attrs.frozen(eq=False)
class TableResult:
    """The result of the trials of one table or view.

    Attributes:
        trials: The trials.
        sample: The numbers of trials and of possible combinations of rows, callers and updates.
        untried: Sentences about omitted trials.
    """

    trials: list[Trial]
    sample: Sample
    untried: Sequence[str]

    def under(self, setting: str) -> TableResult:
        """Return the result for a setting of default privileges, for the report."""
        return attrs.evolve(self, trials=[attrs.evolve(trial, setting=setting) for trial in self.trials])
