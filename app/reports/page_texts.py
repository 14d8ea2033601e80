"""What each number means, with an example that can be recalculated by hand."""

from dataclasses import dataclass

from app.core.i18n import mark


@dataclass(frozen=True, slots=True)
class Definition:
    key: str
    title: str
    words: str
    example: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """`key` is the name of its report; pages lead here by it."""

    key: str
    title: str
    definitions: tuple[Definition, ...]


DEFINITIONS = (
    Chapter(
        "general",
        mark("What holds for all reports"),
        (
            Definition(
                "counted",
                mark("Which tickets count"),
                mark(
                    "Every ticket that you may see, except spam, the trash, and what was merged into another ticket. "
                    "A ticket of two labels stands in both rows; in the total it is one."
                ),
                mark("Ticket 5 is merged into ticket 4: it counts once, as ticket 4."),
            ),
            Definition(
                "when",
                mark("In which interval"),
                mark(
                    "Arrivals count when the message reached us, acts when they happened. Weeks begin on Monday. "
                    "An interval that is not over counts up to now."
                ),
                mark(
                    "A mail that came on Friday and was answered on Monday: received on Friday, first reply on Monday."
                ),
            ),
            Definition(
                "business",
                mark("Business time"),
                mark(
                    "Only the time in which the channel is open: its hours, without breaks, national holidays "
                    "and days "
                    "on which it is closed. The calendar that held at the time is the one that counts."
                ),
                mark(
                    "Open Monday to Friday, 9 to 18. Received Sunday 15:00, answered Monday 10:15: 75 minutes. "
                    "Received "
                    "Friday 15:00, answered Monday 10:15: 255 minutes. Received Friday 19:00, answered Monday "
                    "8:45: 0 minutes."
                ),
            ),
            Definition(
                "compared",
                mark("Compared with"),
                mark(
                    "The period before has as many days, or reaches as far into the month, quarter or year. The year "
                    "before has the same dates; of a week or less the same days of the week."
                ),
                mark(
                    "1 to 23 November is compared with 1 to 23 October; Monday 23 November 2026 with Monday 24 "
                    "November 2025."
                ),
            ),
        ),
    ),
    Chapter(
        "volume",
        mark("Volume"),
        (
            Definition(
                "received",
                mark("Tickets received"),
                mark("Tickets that were opened by something that reached us, by what they are now."),
                mark("A customer writes three times on one matter: one ticket received, three messages received."),
            ),
            Definition(
                "inbound",
                mark("Messages received"),
                mark(
                    "Everything that reached us from customers, each mail, message and call on its own, whatever "
                    "ticket it is on. The number opens the tickets, so that the list may be shorter."
                ),
                mark("Twelve mails on nine tickets: twelve messages received, and a list of nine tickets."),
            ),
            Definition(
                "outbound",
                mark("Messages sent"),
                mark("Answers that have left. What waits, failed or is to be checked is not among them."),
                mark("Written at 17:59, left at 18:01: it counts in the hour of 18."),
            ),
        ),
    ),
    Chapter(
        "speed",
        mark("Speed"),
        (
            Definition(
                "first_reply",
                mark("First reply, next reply, resolution"),
                mark(
                    "First reply: from the arrival to our first answer. Next reply: from the customer's first "
                    "unanswered "
                    "message to our answer. Resolution: from the arrival to done; reopened tickets count each time."
                ),
                mark("Arrived 9:00, customer again 9:30, answered 10:00: the first reply took 60 minutes."),
            ),
            Definition(
                "percentiles",
                mark("Mean, median, p90"),
                mark(
                    "Mean: the sum by the number. Median: half were faster; of an even number the lower of the "
                    "middle two. "
                    "p90: nine of ten were at most this long. Whole seconds; what was not answered yet is not "
                    "among them."
                ),
                mark("10, 20, 30 and 400 minutes: mean 115, median 20, p90 400 minutes."),
            ),
            Definition(
                "within",
                mark("Share within the deadline"),
                mark(
                    "Of the acts that had a deadline, the share that came in time. Acts without a deadline are "
                    "left out. The number opens those that came late."
                ),
                mark("Eight answers, four of them with a deadline, three in time: 75 %."),
            ),
        ),
    ),
    Chapter(
        "backlog",
        mark("Backlog"),
        (
            Definition(
                "open",
                mark("Not done, as it was then"),
                mark(
                    "Tickets that were not done at the end of the interval, with the status, assignee, team and "
                    "category "
                    "that they had then. It is not received minus done: what was reopened is in it again."
                ),
                mark("Done on Tuesday, reopened on Thursday: not in Wednesday's backlog, in Thursday's again."),
            ),
            Definition(
                "ages",
                mark("Ages"),
                mark("From the arrival to the end of the interval: under 1 day, 1 to 3, 3 to 7, and over 7 days."),
                mark("Arrived Monday 10:00: on Tuesday at midnight 38 hours old, so 1 to 3 days."),
            ),
        ),
    ),
    Chapter(
        "work",
        mark("Work"),
        (
            Definition(
                "handled",
                mark("Handled, replies, done"),
                mark(
                    "Handled: tickets that somebody answered or finished. Replies: their answers that have "
                    "left. Done: "
                    "tickets that they finished. By who acted, in their team at that time, whoever has the "
                    "ticket now."
                ),
                mark("Sato answers twice, Suzuki finishes: each handled one; Sato has two replies, Suzuki one done."),
            ),
            Definition(
                "rates",
                mark("Resolution rate, done with one reply, reopened"),
                mark(
                    "Resolution rate: done by handled. Done with one reply: finished after a single answer of ours. "
                    "Reopened: tickets that they had finished and that came back."
                ),
                mark("Ten handled, eight done: 80 %."),
            ),
        ),
    ),
    Chapter(
        "trends",
        mark("Trends"),
        (
            Definition(
                "score",
                mark("What rises"),
                mark(
                    "A category, label or word is listed when there is more of it than in several periods of "
                    "the same length "
                    "before, by more than chance and more than everything together grew. Small numbers stay silent."
                ),
                mark("From 1 to 3: not listed. From 20 to 60, while the whole stayed the same: listed first."),
            ),
        ),
    ),
    Chapter(
        "escalations",
        mark("Escalations"),
        (
            Definition(
                "count",
                mark("Escalations, answered, overdue"),
                mark(
                    "Each question to a person, a team or a guest counts when it was asked. Overdue: not "
                    "answered by its due "
                    "time. Time to answer: from the question to the answer."
                ),
                mark("Asked of a team, which asked a guest: two steps, two escalations."),
            ),
            Definition(
                "late",
                mark("Answered late"),
                mark(
                    "Of those that were answered, how many after their due time. They are among the answered ones. "
                    "What is not answered yet is overdue and not late; without a due time nothing is."
                ),
                mark("Ten answered, eight of them with a due time, one of these an hour after it: one answered late."),
            ),
        ),
    ),
)
