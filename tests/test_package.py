"""The wheel, installed on its own in an empty folder, is the whole program."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command_lines import COAL

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment that holds the wheel, seen from an empty folder with a home of its own."""

    python: Path
    packages: Path
    folder: Path
    data: Path

    def run(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command there; nothing of the checkout is on its path."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("RAG_", "PYTHON", "COV_"))
        }
        home = {"HOME": str(self.folder.parent / "home"), "XDG_DATA_HOME": str(self.data), "PYTHONUTF8": "1"}
        return subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            env=kept | home,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def wenju(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the installed command."""
        return self.run(self.python.parent / "wenju", *arguments)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from this tree without network."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in an environment that finds its dependencies, but nothing of the checkout, where we run."""
    place = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place / "venv")], check=True)
    python = place / "venv" / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())
    # Folders named in a .pth file are searched, but .pth files inside them, such as that of an editable
    # install of this very tree, are not read.
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("\n".join(sorted(dependencies)), encoding="utf-8")
    subprocess.run(
        [sys.executable, "-m", "pip", "-q", "--python", str(python), "install", "--no-deps", "--no-index", str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    (place / "empty").mkdir()
    return Installed(python, packages, place / "empty", place / "data")


def test_the_wheel_holds_prompts_seeds_and_gold_questions_and_nothing_that_was_generated(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    seeds = {f"rag/_data/seeds/{path.name}" for path in (ROOT / "seeds").iterdir()}
    prompts = {f"rag/_data/prompts/{path.name}" for path in (ROOT / "prompts").iterdir()}
    data = {
        "rag/text/synonyms.tsv",
        "rag/text/gazetteer.tsv",
        "rag/ui/style.css",
        "eval/gold/seeds.jsonl",
        "eval/report.html",
        "app.py",
    }
    assert seeds | prompts | data <= names
    assert not [
        n for n in names if n.startswith(("eval/out", "tests/", "vectorstore/")) or "__pycache__" in n
    ]


def test_every_file_of_ours_that_is_not_code_is_in_the_wheel(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    kept = subprocess.run(
        ["git", "ls-files", "rag", "eval"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if kept.returncode:
        pytest.skip("not a git checkout")
    assert set(kept.stdout.split()) <= names


def test_what_runs_is_the_wheels_own_copy(installed: Installed) -> None:
    done = installed.run(
        installed.python, "-c", "import app, eval, rag; print(app.__file__, eval.__file__, rag.__file__)"
    )
    assert done.returncode == 0, done.stderr
    assert all(Path(file).is_relative_to(installed.packages) for file in done.stdout.split())
    searched = installed.run(installed.python, "-c", "import sys; print(*sys.path, sep='\\n')").stdout
    assert str(ROOT) not in searched.splitlines()


def test_a_question_is_answered_from_the_seeds_and_the_index_goes_to_the_users_data(
    installed: Installed,
) -> None:
    before = files(installed.packages)
    asked = installed.wenju("ask", COAL)
    assert asked.returncode == 0, asked.stderr
    assert "2694.5万吨" in asked.stdout
    assert "[1] seeds/000_" in asked.stdout
    assert (installed.data / "wenju" / "vectorstore" / "passages.sqlite").is_file()
    assert installed.wenju("ingest", "--list").stdout.count("seeds/") == 5
    assert files(installed.packages) == before
    assert list(installed.folder.iterdir()) == []


def test_prompts_are_found_inside_the_package(installed: Installed) -> None:
    code = "from rag.answering.prompts import load_prompt; print([len(load_prompt('answer', l).variables) for l in ('zh', 'en')])"
    done = installed.run(installed.python, "-c", code)
    assert done.returncode == 0, done.stderr
    assert "0" not in done.stdout


@pytest.mark.parametrize("command", ["chat", "ask", "ingest", "eval"])
def test_every_command_has_help(command: str, installed: Installed) -> None:
    done = installed.wenju(command, "--help")
    assert done.returncode == 0, done.stderr
    assert "--store" in done.stdout


def files(folder: Path) -> set[Path]:
    """Every file below a folder but what Python compiles."""
    return {path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
