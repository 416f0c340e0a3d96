"""The wheel carries every file of the packages: templates, styles, translations, samples."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

PACKAGES = ("ledger", "projections", "api")


def test_the_wheel_holds_every_file_of_the_packages(checkout: Path, tmp_path: Path) -> None:
    source, made = tmp_path / "source", tmp_path / "made"
    for package in PACKAGES:
        unwanted = shutil.ignore_patterns("__pycache__")
        shutil.copytree(checkout / package, source / package, ignore=unwanted)
    for name in ("pyproject.toml", "README.md", ".gitignore"):
        shutil.copy(checkout / name, source)
    expected = {str(f.relative_to(source)) for p in PACKAGES for f in (source / p).rglob("*.*")}

    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", made],
        cwd=source,
        check=True,
        capture_output=True,
    )

    with ZipFile(next(made.glob("*.whl"))) as wheel:
        assert expected <= set(wheel.namelist())
        assert any(name.endswith(".dist-info/entry_points.txt") for name in wheel.namelist())
