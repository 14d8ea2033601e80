"""What the demo leaves behind for a stand-in of a provider to be started beside the desk."""

from pathlib import Path

SIMULATOR_FILE = "line-simulator.json"


def simulator_file(data_dir: Path) -> Path:
    """Channel secret, access token, address of the webhook and the people one can play; only its owner may read it."""
    return data_dir / SIMULATOR_FILE
