"""The labelling page in JupyterLab, in a real browser without a network. Needs playwright and a Chromium on the machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import nbformat
import pytest

from follow_money.entities.judgements import standing
from tests.whole_flow import ROOT, Screened, left_open

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from follow_money import Workspace

sync_api = pytest.importorskip("playwright.sync_api", reason="no browser is driven without playwright")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine")

TOKEN = "made-up"  # noqa: S105  # of a server that lives for this test
PATIENCE_MS = 120_000

CELL = """
from pathlib import Path
from follow_money import open_workspace
from follow_money.labelling.page import label
label(open_workspace(Path("workspace"), make=False), language="en")
"""


@dataclass
class Lab:
    """A JupyterLab that serves a folder with one notebook and a workspace."""

    folder: Path
    port: int
    workspace: Workspace

    @property
    def notebook(self) -> Path:
        return self.folder / "who.ipynb"


@pytest.fixture
def lab(screened: Screened, tmp_path: Path) -> Iterator[Lab]:
    workspace = left_open(screened.copy(tmp_path / "workspace"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = Lab(tmp_path, port, workspace)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])  # type: ignore[no-untyped-call]  # it ships no types
    notebook.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(notebook, told.notebook)  # type: ignore[no-untyped-call]  # the same
    process = subprocess.Popen(
        [
            sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1",
            f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={tmp_path}",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "JUPYTER_CONFIG_DIR": str(tmp_path / "config"), "JUPYTER_DATA_DIR": str(tmp_path / "data")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/api?token={TOKEN}", process)
        yield told
    finally:
        process.terminate()
        process.wait(60)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert process.poll() is None, "JupyterLab ended"
        try:
            with urllib.request.urlopen(address):  # noqa: S310  # our own server
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("JupyterLab did not answer")


def _key(page: Any, not_this: str = "") -> str:
    """The key of the pair that is shown, once it is another than ``not_this``."""
    page.wait_for_function(
        "before => { const key = document.querySelector('.fm-label')?.dataset.key; return key && key !== before; }",
        arg=not_this,
        timeout=PATIENCE_MS,
    )
    return str(page.locator(".fm-label").get_attribute("data-key"))


def test_pairs_are_judged_by_keys_without_a_network_and_the_notebook_keeps_no_name(lab: Lab) -> None:
    outside: list[str] = []

    def only_ours(route: Any) -> None:
        if f"127.0.0.1:{lab.port}" in route.request.url or route.request.url.startswith(("data:", "blob:")):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    with sync_api.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.route("**/*", only_ours)
        page.goto(f"http://127.0.0.1:{lab.port}/lab/tree/who.ipynb?token={TOKEN}", timeout=PATIENCE_MS)
        page.locator(".jp-CodeCell .cm-content").first.click(timeout=PATIENCE_MS)
        page.get_by_text("| Idle").wait_for(timeout=PATIENCE_MS)  # what is run before there is a kernel is lost
        page.keyboard.press("Shift+Enter")
        first = _key(page)
        shown = page.locator(".fm-pair").inner_text()
        assert "name" in shown
        assert "The model said" not in page.locator(".fm-label").inner_text()

        page.locator(".fm-label").focus()
        page.keyboard.press("1")
        second = _key(page, first)
        assert "Last: one and the same. The model said " in page.locator(".fm-last").inner_text()
        assert "1 judged" in page.locator(".fm-progress").inner_text()
        page.keyboard.press("2")
        third = _key(page, second)
        page.keyboard.press("z")
        assert _key(page, third) == second
        page.locator(".fm-reason").fill("1 2 3 z")
        page.locator(".fm-reason").press("Enter")
        page.keyboard.press("3")
        assert _key(page, second) == third

        names = {
            word for line in shown.splitlines() if line.startswith("name") for word in line.split("\t")[1:3] if word
        }
        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+s")
        page.wait_for_function("() => !document.querySelector('.jp-mod-dirty')", timeout=PATIENCE_MS)
        browser.close()

    judged = standing(lab.workspace.ledger.acts())
    told = dict(
        zip(
            zip(judged.left.to_pylist(), judged.right.to_pylist(), strict=True), judged.verdict.to_pylist(), strict=True
        )
    )
    assert told == {tuple(first.split()): "+", tuple(second.split()): "?"}
    assert [act.evidence for act in lab.workspace.ledger.acts().values() if act.verdicts == "?"] == [("1 2 3 z",)]
    kept = lab.notebook.read_text(encoding="utf-8")
    assert names
    assert "application/vnd.jupyter.widget-view+json" in kept
    assert not [name for name in names if name in kept]
    assert not [address for address in outside if "anywidget" in address or ".js" in address]
