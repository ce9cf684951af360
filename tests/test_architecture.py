"""The arrows `knowledge ← ingest ← assistant ← eval`, and what an import may cost."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("knowledge", "ingest", "assistant", "eval")
# The pages are Gradio's own words from the first line on; only `build_app` imports them.
PAGES = ("assistant.web.theme", "assistant.web.page", "assistant.web.page_event")
HEAVY = ("torch", "sentence_transformers", "transformers", "chromadb", "gradio", "onnxruntime")


def _files(room: str) -> list[Path]:
    return sorted((ROOT / room).rglob("*.py"))


def _imports(source: str, package: str) -> Iterator[tuple[int, str]]:
    """Yield line and full name of every import, those hidden in functions and strings as well."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1]
            prefix = ".".join(base) + "." if node.level else ""
            yield node.lineno, prefix + (node.module or "")
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if name in {"import_module", "__import__"} and isinstance(node.args[0], ast.Constant):
                yield node.lineno, str(node.args[0].value)


def _imports_of(path: Path) -> Iterator[tuple[int, str]]:
    package = ".".join(path.relative_to(ROOT).parent.parts)
    yield from _imports(path.read_text(encoding="utf-8"), package)


def test_an_import_is_seen_wherever_it_hides():
    source = (
        "def f():\n    from assistant import graph\n"
        "def g():\n    import importlib; importlib.import_module('eval.run')\n"
        "from .errors import MentorError\n"
    )
    names = {name for _, name in _imports(source, "knowledge")}
    assert names == {"assistant", "importlib", "eval.run", "knowledge.errors"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_nothing_to_its_right(room):
    right = ROOMS[ROOMS.index(room) + 1 :]
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: imports {name}"
        for path in _files(room)
        for line, name in _imports_of(path)
        if name.split(".")[0] in right
    ]
    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_the_tests_or_the_benchmarks(room):
    names = {name.split(".")[0] for path in _files(room) for _, name in _imports_of(path)}
    assert not names & {"tests", "benchmarks", "conftest"}


def test_chroma_is_imported_in_one_file_beside_the_baseline_it_is_compared_with():
    importing = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in _files(room)
        if any(name.split(".")[0] == "chromadb" for _, name in _imports_of(path))
    }
    assert importing - {"eval/naive.py"} == {"knowledge/index.py"}


def test_there_are_four_rooms_and_no_lumber_room():
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(ROOMS)
    names = {path.stem for room in ROOMS for path in (ROOT / room).rglob("*")}
    assert not names & {"shared", "core", "common", "utils", "util", "helpers", "misc"}
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_every_file_the_architecture_names_exists():
    page = ROOT / "ARCHITECTURE.md"
    if not page.is_file():
        pytest.skip("ARCHITECTURE.md is not written yet")
    named = set(re.findall(r"`([\w/<>-]+\.(?:py|yaml|toml))`", page.read_text(encoding="utf-8")))
    kept = [path for room in (*ROOMS, "tests", "benchmarks") for path in (ROOT / room).rglob("*")]
    there = {path.relative_to(ROOT).as_posix() for path in [*kept, *ROOT.iterdir()]}
    gone = {name for name in named if not any(f"/{path}".endswith(f"/{name}") for path in there)}
    assert named and gone == set()


def _loaded_by(code: str, home: Path) -> tuple[int, set[str]]:
    """Run code in a process of its own; return its exit code and the heavy packages it loaded."""
    wrapper = (
        "import sys\n"
        "try:\n"
        + "".join(f"    {line}\n" for line in code.splitlines())
        + "except SystemExit as end:\n"
        "    code = end.code or 0\n"
        "else:\n"
        "    code = 0\n"
        f"loaded = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "print('LOADED', *loaded, file=sys.stderr)\n"
        "raise SystemExit(code)\n"
    )
    command = [sys.executable, "-c", wrapper]
    environ = {"MENTOR_HOME": str(home), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=home, env=environ, capture_output=True, text=True)
    last = done.stderr.strip().splitlines()[-1:]
    assert last and last[0].startswith("LOADED"), done.stderr
    return done.returncode, set(last[0].split()[1:])


@pytest.mark.parametrize("room", ROOMS)
def test_importing_every_module_of_a_room_loads_nothing_heavy(room, tmp_path):
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in _files(room)
    ]
    names = [name for name in names if name not in PAGES]
    code = "import importlib\n" + "\n".join(f"importlib.import_module({n!r})" for n in names)
    assert _loaded_by(code, tmp_path) == (0, set())


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["library", "lint"], ["library", "list"], ["ask", "--help"], ["eval", "--help"]],
    ids=" ".join,
)
def test_a_command_that_needs_no_model_loads_none(arguments, tmp_path):
    code = f"sys.argv = ['mentor', *{arguments!r}]\nfrom assistant.cli import main\nmain()"
    exit_code, loaded = _loaded_by(code, tmp_path)
    assert loaded == set()
    assert exit_code in ({0, 1} if arguments[-1] == "lint" else {0})
