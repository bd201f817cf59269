"""Configuration of the documentation site, which docs/build.py builds."""

import re
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import reference

import lamina

project = "lamina"
copyright = "the lamina authors, Apache 2.0"
version = release = lamina.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx_copybutton",
    "sphinx_design",
]
exclude_patterns = ["README.md"]

# Pages are Markdown; those with a kernel in their head are notebooks, which run when they changed.
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 4
nb_execution_mode = "cache"
nb_execution_cache_path = str(Path(__file__).parent.parent / "build" / "notebooks")
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_merge_streams = True
nb_number_source_lines = False
nb_render_text_lexer = "text"

# Signatures as they are written. The members of a class are its own: what Layer has stands there.
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
autodoc_default_options = {"members": True}
napoleon_numpy_docstring = False
napoleon_custom_sections = [
    ("Input shape", "notes_style"),
    ("Output shape", "notes_style"),
    ("Formula", "notes_style"),
]
# Every reference within the site must resolve.
nitpicky = True
nitpick_ignore_regex = [(r"py:.*", r"(?!lamina\.).*")]

html_theme = "furo"
html_title = f"lamina {version}"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True
# MathJax of a PyPI package, so that formulas need no other host.
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"svg": {"scale": 0.95}}


def copy_mathjax(app, error):
    if error is None and app.builder.format == "html":
        import mathjax

        source = Path(mathjax.__file__).parent / "static" / "mathjax" / "es5" / "tex-svg.js"
        target = Path(app.outdir) / "_static" / "mathjax"
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)


ITEM = re.compile(r"    [\w*]+(, [\w*]+)*(,|:)")
SHAPES = re.compile(r"^(Input shape|Output shape|References?|Shapes?|Formula|Source):[ ]+(?=\S)")


def mend_docstring(app, what, name, obj, options, lines):
    """Docstrings are written for `help()`; a few of their habits read differently in reST."""
    if "Overloaded function." in lines[:1]:  # by pybind: several signatures, each with its text
        del lines[0]
    mended: list[str] = []
    hanging = False  # within the lines that continue "Input shape: ..."
    for line in lines:
        before = mended[-1] if mended else ""
        if not line.strip() or not line.startswith(" "):
            hanging = False
        if hanging:
            line = line.strip()
        elif SHAPES.match(line):
            hanging = True
            line = SHAPES.sub(r"**\1:** ", line)
        elif before.endswith(",") and ITEM.fullmatch(before.rstrip()) and line.startswith(" " * 8):
            # Names of arguments that take two lines.
            mended[-1] = f"{before} {line.strip()}"
            continue
        line = re.sub(r"^(\d+\. )(\w+\(.*)", r"\1``\2``", line).replace("_lamina.", "")
        line = re.sub(r"(?<=\. )(Output shape):(?= |$)", r"**\1:**", line)
        if not line.lstrip().startswith((">>>", "...")):
            parts = line.split("``")  # |x| would be a substitution
            parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
            line = "``".join(parts)
        mended.append(line)
    lines[:] = mended


def skip_foreign(app, what, name, obj, skip, options):
    """Methods that a class takes from scikit-learn are documented there."""
    return True if getattr(obj, "__module__", "").startswith("sklearn") else None


def resolve_folders(app, name, source):
    """A link to a folder, which a repository's page shows, is one to the folder's list here."""
    source[0] = source[0].replace("](adr/)", "](adr/index.md)")


def setup(app):
    reference.write(Path(app.srcdir))
    app.connect("autodoc-process-docstring", mend_docstring, priority=100)
    app.connect("autodoc-skip-member", skip_foreign)
    app.connect("source-read", resolve_folders)
    app.connect("build-finished", copy_mathjax)
