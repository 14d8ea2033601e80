from app.cli.database import migrate_to_newest
from app.cli.demo import demo
from app.cli.desk import configure
from app.cli.serving import Host, Port, serve


def run(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Make the database, fill it with the demo where it is empty, and serve: all that `make run` does.

    Example: madoguchi run --port 8000
    """
    migrate_to_newest(configure())
    demo(if_empty=True)
    serve(host=host, port=port)
