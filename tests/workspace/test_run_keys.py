from __future__ import annotations

from pathlib import Path

from follow_money.workspace.run_keys import own_files


def test_what_is_compiled_while_a_run_goes_on_is_no_change_of_the_code(tmp_path: Path) -> None:
    (tmp_path / "graph" / "__pycache__").mkdir(parents=True)
    (tmp_path / "graph" / "kernel.py").write_text("", encoding="utf-8")
    for compiled in ("kernel.scan-1.py311.nbi", "kernel.scan-1.py311.1.nbc", "kernel.cpython-311.pyc"):
        (tmp_path / "graph" / "__pycache__" / compiled).write_bytes(b"")
    assert own_files(tmp_path) == [tmp_path / "graph" / "kernel.py"]
