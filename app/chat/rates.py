"""How often a visitor may do what costs the desk something."""

from datetime import timedelta

from app.web.rates import Rate

VISITS = Rate("chat visits", 120, timedelta(minutes=10))
"""New visitors of one network address: a whole school may sit behind it."""
TALK = Rate("chat messages", 40, timedelta(minutes=1))
FILES = Rate("chat files", 30, timedelta(minutes=10))
FILES_OF_PLACE = Rate("chat files of a place", 200, timedelta(minutes=10))
"""Of one network address, however many visitors it says to be."""
CONTACTS = Rate("chat contacts", 20, timedelta(minutes=10))
MARKS = Rate("chat verdicts", 60, timedelta(minutes=1))
TRANSCRIPTS = Rate("chat transcripts", 5, timedelta(hours=24))
"""To one mail address: nobody can fill somebody else's mailbox with what they write themselves."""
TRANSCRIPTS_OF_PLACE = Rate("chat transcripts of a place", 30, timedelta(hours=24))
ONE_VERDICT = Rate("chat verdict of a message", 1, timedelta(hours=24))
"""What is pressed twice, or sent again by a browser, is counted once."""
PROMPTS = Rate("chat prompts", 300, timedelta(minutes=10))
