"""Messages name the options of the command, and no arguments of Python."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import ionworks as package
from ionworks.cli.app import build
from ionworks.cli.reading import checking_options, reading_options
from ionworks.cli.wording import OF_FILES, OPTIONS, explain, in_options
from ionworks.errors import PayloadError

#: An argument with its value, an attribute of a client, or a call.
PYTHON = re.compile(r"\b[a-z_]+ ?= ?['\"\[({]|\b[a-z_]+=|\bclient\.|\b[a-z_]+\(\)")
ROOT = Path(package.__file__).parent
#: Parts whose errors a command can show.
SHOWN = ("_http", "_request", "_workflows", "cell_measurement", "datasets", "errors", "frames")
SHOWN += ("ingest", "records", "validators", "_resource.py", "settings.py")
#: Messages of calls that no command makes: a part of the text.
NOT_MADE = (
    "create_properties()",  # a measurement without a table
    "Use ionworks.read_cycler()",  # of `prepare`
    "create a new Ionworks()",  # a closed client
    "instead of iterate()",
    "lazy=True",
    "client.dataset(...)",  # an exported folder that is opened
    "dataset() has no argument",
    "known; call sizes()",
    "get_file()",  # a name that this system cannot save
    "on_error='collect'",  # as a command exports
    "resolve_settings() again",
    "Use as_=",
    "client.request(",
    "measurements=",  # of a repr
    "on_difference='ignore'",  # a command has advice of its own
    "Use update()",
    "replace=True",
    "client.save(",  # in a remark in brackets
    "read_parquet",
    "pl.col(",  # of columns that are prepared when a file is read
    "'x': must be",  # settings of a client
)


def messages(path: Path) -> Iterator[str]:
    """Yield the texts of a module that are no docstrings, with a value for each placeholder."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Expr)
        for inner in ast.walk(node)
        if inner is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(_text(each) for each in node.values)
        elif isinstance(node, ast.Constant) and id(node) not in parts:
            yield str(node.value)


def _text(part: ast.expr) -> str:
    if isinstance(part, ast.FormattedValue):
        return "'x'" if part.conversion == ord("r") else "x"
    assert isinstance(part, ast.Constant)
    return str(part.value)


def is_code(text: str) -> bool:
    """Return whether a text is no sentence: HTML, a pattern, or a query."""
    return " " not in text.strip() or text.lstrip()[:1] in ("<", "'") or "xmlns" in text


def test_each_message_of_the_library_can_be_said_in_options():
    modules = [path for name in SHOWN for path in (ROOT / name).rglob("*.py")]
    modules += [ROOT / name for name in SHOWN if name.endswith(".py")]
    texts = [
        (path.name, in_options(text))
        for path in modules
        for text in messages(path)
        if not is_code(text) and not any(each in text for each in NOT_MADE)
    ]
    assert len(texts) > 500
    left = [each for each in texts if PYTHON.search(each[1])]
    assert left == []


def test_each_option_of_the_table_exists_and_no_option_of_reading_is_missing():
    root = build()
    commands = [root.get_command(click.Context(root), name) for name in root.list_commands(None)]
    known = {name for command in commands for each in command.params for name in each.opts}
    assert {each for each in OPTIONS.values() if each.startswith("--")} <= known

    @checking_options
    @reading_options
    def reader(): ...

    asked = reader.__click_params__
    assert {each.name: each.opts[0] for each in asked}.items() <= OPTIONS.items() | {
        ("skip_checks", "--skip-check")
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pass current='charge_positive'", "pass --current charge_positive"),
        ("pass repair='sort by time'", 'pass --repair "sort by time"'),
        ("units={'Time (s)': 'h', 'I': 'mA'}", '--unit "Time (s)=h" --unit I=mA'),
        ("units={\"it's\": '}'}", '--unit "it\'s=}"'),
        ("units={'$a': 'V'}", "--unit '$a=V'"),
        ("skip_checks=('a', 'b')", "--skip-check a --skip-check b"),
        ("(delete=True removes them)", "(--delete removes them)"),
        ("argument api_url is wrong", "--api-url is wrong"),
        ("the key from argument api_key", "the key from your input"),
        ("set X (or pass verify='ca.pem')", "set X"),
        ("it is large (if so, use client.with_options(a=...)); stop", "it is large; stop"),
        ("no project (or pass project_id='...')", "no project (or pass --project ...)"),
        ("unknown='x', V=3 and units={unclosed", "unknown='x', V=3 and units={unclosed"),
        ("(or 'Voltage [V]', if it is called so)", "(or 'Voltage [V]', if it is called so)"),
    ],
)
def test_arguments_become_options(text, said):
    assert in_options(text) == said


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("skip_checks", "x", "--skip-check 'x': is wrong."),
        ("measurement.name", "", "--name '': is wrong."),
        ("measurement.tags.0", "", "--tag '': is wrong."),
        ("q", "r", "TEXT 'r': is wrong."),
        ("path", "a.csv", "'a.csv': is wrong."),
        ("frame", "DataFrame", "is wrong."),
        ("ratings.capacity", 1, "ratings.capacity = 1: is wrong."),
    ],
)
def test_an_error_of_an_argument_names_the_option(field, value, said):
    assert explain(PayloadError(field, value, "is wrong")) == said
    assert not set(OF_FILES) & set(OPTIONS)


HEAD = "Time (s),Current (A),Voltage (V)\n"
FILES = {
    "back": HEAD + "0,1,3.6\n2,1,3.7\n1,-1,3.6\n",
    "twice": HEAD + "0,0,3.6\n1,0,3.6\n1,0,3.6\n1,0,3.7\n",
    "unsigned": HEAD + "0,1,3.6\n1,1,3.7\n",
    "empty": "",
    "prose": "this is no table\nat all\n",
    "header": HEAD,
    "no current": "Time (s),Voltage (V)\n0,3.6\n",
    "millivolts": HEAD + "".join(f"{n},0,{3600 + n}\n" for n in range(9)),
    "hours": HEAD + "".join(f"{n * 7200},{n % 2 - 0.5},3.6\n" for n in range(60)),
    "fast": HEAD + "".join(f"{n / 360},{-0.5},{3 + n / 600}\n" for n in range(600)),
    "gap": HEAD + "0,0,3.6\n1,,3.6\n2,0,3.6\n",
    "latin": HEAD,
}
COMMANDS = (
    *(("read", name) for name in FILES),
    *(("upload", name, "--cell", "{cell}") for name in ("back", "twice", "empty", "hours", "gap")),
    ("upload", "back", "empty", "no current", "--cell", "{cell}", "--follow"),
    ("read", "twice", "--skip-check", "foo"),
    ("read", "twice", "--repair", "foo"),
    ("read", "twice", "--maker", "foo"),
    ("read", "twice", "--timezone", "foo"),
    ("read", "twice", "--encoding", "foo"),
    ("read", "twice", "--encoding", "utf-16"),
    ("read", "twice", "--unit", "foo=mA"),
    ("read", "twice", "--unit", "Current (A)=foo"),
    ("read", "twice", "--data-type", "eis"),
    ("upload", "twice", "--cell", "{cell}", "--name", " "),
    ("upload", "twice", "--cell", "{cell}", "--name", "x" * 300),
    ("upload", "twice", "--cell", "{cell}", "--skip-check", "foo"),
    ("find", "x"),
    ("find", "rpt", "--project", "{project}", "--started-after", "never"),
    ("export", "folder"),
    ("--profile", "foo", "whoami"),
    ("login", "--api-url", "foo"),
)


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda each: " ".join(each)[:40])
def test_no_command_shows_python(ionworks, cell, arguments):
    for name in set(arguments) & set(FILES):
        Path(name).write_text(FILES[name], encoding="utf-8")
    given = [each.format(cell=cell.id, project=cell.project) for each in arguments]
    done = ionworks(*given, stdin="a-key")
    shown = done.out + done.err
    assert "Traceback" not in shown
    assert done.status != 70
    found = PYTHON.search(re.sub(r"sign_\w+: .*", "", shown))
    assert found is None, shown
    assert done.err or "  " in done.out
