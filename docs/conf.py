"""Settings of the documentation site; `make docs` builds it, with warnings as errors."""

import sys
from pathlib import Path

from ionworks import __version__

sys.path.insert(0, str(Path(__file__).parent))

project = "ionworks-client"
author = "The ionworks-client developers"
copyright = author
version = release = __version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "_ext.contract",
    "_ext.names",
    "_ext.outside",
    "_ext.tables",
]
# What stands in single backticks is a name where there is one, or else code.
default_role = "py:obj"
nitpicky = True
nitpick_ignore_regex = [
    # Names of Python and of other libraries: no inventory of theirs is fetched.
    (r"py:class", r"(collections|datetime|os|pathlib|pandas|pint|polars|pyarrow|ssl|typing)\..+"),
    (r"py:class", r"AbstractContextManager|datetime|Decimal|Fraction|PlainQuantity|Path(Like)?"),
    (r"py:class", r"(matplotlib )?(Axes|Figure|SubFigure)"),
    # Words in place of a type.
    (
        r"py:class",
        r"mapping|sequence|iterable|array|quantity|paths?|LazyFrame|Table|open binary file",
    ),
    # Type variables.
    (r"py:class", r"(F|P|T)|ionworks.*\.(F|T|T_co)"),
    # What no page describes, because nobody has to name it.
    (r"py:class", r"Lazy|Selected|Transport|ionworks\.testing\.clients\.Address"),
    (r"py:class", r"ionworks_openapi\.types\.(Filter|Request)"),
]

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"
maximum_signature_line_length = 80
napoleon_google_docstring = False
napoleon_preprocess_types = True
napoleon_use_rtype = False
strip_signature_backslash = True  # or napoleon loses the end of the argument `as_`
napoleon_custom_sections = ["Fields"]

myst_heading_anchors = 3

html_theme = "furo"
html_title = f"ionworks-client {version}"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_copy_source = False
html_show_sphinx = False
exclude_patterns = ["_ext"]
