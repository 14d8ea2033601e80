class ClaimLost(Exception):
    """Another worker may have what was claimed: nothing may be handed over any more."""
