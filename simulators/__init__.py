"""Programs that stand in for providers in trials and tests; the running desk knows nothing of them."""
