"""Configuration of the documentation site. Build it with `sphinx-build -W docs site`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

project = "schema_dsl"
author = "the schema_dsl contributors"
extensions = ["myst_parser", "sphinx_click", "schema_reference"]
exclude_patterns = ["examples/**/README.md"]  # pytest writes one into its cache
templates_path = ["_templates"]

# A link to a missing page, heading or object stops a strict build.
nitpicky = True
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]

html_theme = "furo"
html_title = "schema_dsl"
html_static_path = ["_static"]
html_css_files = ["schema_dsl.css"]
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#2b5b84", "color-brand-content": "#2b5b84"},
    "dark_css_variables": {"color-brand-primary": "#8fbfe6", "color-brand-content": "#8fbfe6"},
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
