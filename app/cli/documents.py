import json

import typer

from app.cli.desk import configure
from app.core.crypto import SecretBox
from app.core.database import Database
from app.main import create_app


def openapi() -> None:
    """Print the OpenAPI document of the API.

    Example: madoguchi openapi > openapi.json
    """
    settings = configure()
    app = create_app(Database(settings.database_url), settings, box=SecretBox("only for the document"))
    typer.echo(json.dumps(app.openapi(), ensure_ascii=False, indent=2))
