from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from follow_money import open_workspace
from follow_money.referral.verify import verify_packet
from tests.whole_flow import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    told = json.loads(path.read_text(encoding="utf-8"))
    for cell in told["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None


def _executed(path: Path, place: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The code cells of a notebook that was run in a folder; warnings of ours are errors, and nothing may go to standard error."""
    monkeypatch.setenv("FOLLOW_MONEY_PEOPLE", "2000")
    monkeypatch.setenv("FOLLOW_MONEY_PLACE", str(place))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(place / "ipython"))
    notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]  # it ships no types
    strict = nbformat.v4.new_code_cell(  # type: ignore[no-untyped-call]  # the same
        "import warnings\nwarnings.filterwarnings('error', module='follow_money|synthetic_data|__main__')"
    )
    notebook.cells.insert(0, strict)
    done = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(place)}})
    return [cell for cell in done.execute().cells if cell.cell_type == "code"]


# The notebook's own server and its kernel talk through libraries that we do not choose.
@pytest.mark.filterwarnings("default::DeprecationWarning", "default::ResourceWarning", "default::RuntimeWarning")
@pytest.mark.parametrize(
    ("path", "pictures"), list(zip(NOTEBOOKS, (3, 2), strict=True)), ids=lambda told: getattr(told, "stem", "")
)
def test_a_notebook_runs_without_a_complaint_and_without_a_network(
    path: Path, pictures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cells = _executed(path, tmp_path, monkeypatch)

    outputs = [output for cell in cells for output in cell.outputs]
    assert not [output for output in outputs if output.get("name") == "stderr"]
    assert sum("image/svg+xml" in output.get("data", {}) for output in outputs) == pictures
    shown = [text for output in outputs for text in output.get("data", {}).values()]
    assert not [text for text in shown if "http://" in text.replace("http://www.w3.org/", "") or "https://" in text]
    if path == NOTEBOOKS[0]:
        [packet] = (tmp_path / "workspace" / "packets").iterdir()
        assert verify_packet(packet).is_whole
        assert [decision.outcome for decision in open_workspace(tmp_path / "workspace").decisions()] == ["notify"]
        assert cells[-1].outputs[-1]["text"].strip().endswith("whole")
    else:
        printed = "".join(output.get("text", "") for output in outputs)
        assert "Ended as, of SEK" in printed
        assert "No single figure is the right one." in printed
