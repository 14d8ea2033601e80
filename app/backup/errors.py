class BackupError(Exception):
    """Why there is no backup, or why it cannot be restored, in one line for who typed the command."""
