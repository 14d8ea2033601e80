import asyncio
from pathlib import Path
from typing import Annotated

import typer

from app.backup import restoring, service
from app.backup.restoring import Restored
from app.backup.service import Backup
from app.cli.desk import at_desk, configure, open_desk
from app.cli.failures import CommandFailed, say
from app.cli.progress import Progress, Quiet
from app.core.desk import Desk

NewFile = Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False)]
File = Annotated[Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)]


def backup(file: NewFile, quiet: Quiet = False) -> None:
    """Write database and files to FILE while the desk goes on. A file of that name is replaced once the new is whole.

    Example: madoguchi backup /srv/backup/madoguchi-2026-11-22.tar
    """

    progress = Progress("backup", is_quiet=quiet)

    async def work(desk: Desk) -> Backup:
        return await service.make(desk, file.absolute(), progress)

    try:
        with progress:
            made = at_desk(work)
    except OSError as error:
        raise CommandFailed(f"{file} cannot be written: {error.strerror or error}") from error
    if not quiet:
        say(
            f"The secret key is not in it, only its fingerprint {made.manifest.key_fingerprint}: keep a copy elsewhere."
        )
    if missing := len(made.checksums.missing):
        raise CommandFailed(f"{file} is written, but the file store lacks {missing} of the files that are named")
    typer.echo(str(file))


def restore(
    file: File,
    quiet: Quiet = False,
    without_secrets: Annotated[
        bool,
        typer.Option("--without-secrets", help="The old key is lost: passwords of mailboxes are entered again."),
    ] = False,
) -> None:
    """Bring a backup into an empty installation. Nothing leaves afterwards until an administrator resumes sending.

    Example: madoguchi restore /srv/backup/madoguchi-2026-11-22.tar
    """
    desk, progress = open_desk(configure()), Progress("restore", is_quiet=quiet)
    try:
        with progress:
            done = asyncio.run(_restore(desk, file, progress, without_secrets=without_secrets))
    except OSError as error:
        raise CommandFailed(f"{file} cannot be restored: {error.strerror or error}") from error
    except desk.database.dialect.errors as error:
        raise CommandFailed(f"the database cannot take what is in {file}: {error}") from error
    if done.missing:
        say(f"{done.missing} files were missing already when the backup was made.")
    say(f"As of {done.manifest.made_at}. {done.uncertain} messages that were waiting are for a person to decide.")
    say("Sending is paused until an administrator resumes it at /admin/system.")
    typer.echo(f"{done.tickets} tickets")


async def _restore(desk: Desk, file: Path, tell: Progress, *, without_secrets: bool) -> Restored:
    try:
        return await restoring.restore(desk, file, tell, without_secrets=without_secrets)
    finally:
        await desk.database.dispose()
