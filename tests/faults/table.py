"""What is printed of rounds: a line each, and a closing table."""

from collections import Counter
from collections.abc import Sequence

from tests.faults.round import Outcome

SHOWN = 5  # of each kind of what is wrong


def line(seed: int, outcome: Outcome) -> str:
    """The round in one line, and below it what is wrong, if anything."""
    course, found, verdict = outcome.course, outcome.evidence, outcome.verdict
    hits = ", ".join(f"{name} @{at:.1f}" + (f"–{end:.1f}" if end - at > 0.5 else "") for name, at, end in course.hits)
    struck = "".join(f", crash {name}" for name in sorted(outcome.struck))
    recorded = sum(one.recorded for one in found.documents)
    counts = {
        "posted": sum(found.told.posted.values()),
        "acked": len(found.told.acked),
        "recorded": recorded,
        "rejected": len(found.documents) - recorded,
        "lost": len(verdict.lost),
        "doubled": len(verdict.doubled),
        "unknown": len(verdict.unknown),
        "mails": len(found.mails),
        "of them again": len(found.mails) - len({mail.id for mail in found.mails}),
        "by links": sum(key.startswith("l") for key in found.told.acked),
        "reports": outcome.reports,
        "refused": outcome.refused,
        "drained": "never" if course.drained is None else f"{course.drained:.1f} s",
    }
    word = verdict.word if outcome.good or verdict.word != "ok" else ("stuck" if course.stuck else "slow")
    told = ", ".join(f"{name} {value}" for name, value in counts.items())
    return "\n  ".join([f"seed {seed}: {word}: {hits}{struck}; {told}", *course.trouble, *_wrong(outcome)])


def closing(outcomes: Sequence[tuple[int, Outcome]]) -> str:
    """All rounds together."""
    words = Counter(outcome.verdict.word for _, outcome in outcomes)
    hits = Counter(name for _, outcome in outcomes for name, _, _ in outcome.course.hits)
    struck = Counter(name for _, outcome in outcomes for name in outcome.struck)
    drained = sorted(outcome.course.drained or 0.0 for _, outcome in outcomes)
    mailed = [outcome.evidence.mails for _, outcome in outcomes]
    rows = [("rounds", str(len(outcomes))), ("good", str(sum(outcome.good for _, outcome in outcomes)))]
    rows += [(f"verdict {word}", str(times)) for word, times in sorted(words.items())]
    for kind in ("lost", "doubled", "unknown"):
        rows.append((kind, str(sum(len(getattr(outcome.verdict, kind)) for _, outcome in outcomes))))
    rows.append(("events recorded", str(sum(sum(one.recorded for one in o.evidence.documents) for _, o in outcomes))))
    rows.append(("mails", str(sum(len(outcome.evidence.mails) for _, outcome in outcomes))))
    rows.append(("mails that came again", str(sum(len(m) - len({one.id for one in m}) for m in mailed))))
    rows.append(("done by links", str(sum(key.startswith("l") for _, o in outcomes for key in o.evidence.told.acked))))
    rows.append(("reports asked for meanwhile", str(sum(outcome.reports for _, outcome in outcomes))))
    rows.append(("questions for reports refused", str(sum(outcome.refused for _, outcome in outcomes))))
    rows.append(("drained, seconds, median and worst", f"{drained[len(drained) // 2]:.1f}, {drained[-1]:.1f}"))
    rows += [(f"fault: {name}", str(times)) for name, times in sorted(hits.items())]
    rows += [(f"crash point: {name}", str(times)) for name, times in sorted(struck.items())]
    width = max(len(name) for name, _ in rows)
    return "\n".join(f"{name:<{width}}  {value:>8}" for name, value in rows)


def _wrong(outcome: Outcome) -> list[str]:
    lines = []
    for kind in ("lost", "doubled", "unknown"):
        found = getattr(outcome.verdict, kind)
        lines += [f"{kind}: {text}" for text in found[:SHOWN]]
        if len(found) > SHOWN:
            lines.append(f"{kind}: {len(found) - SHOWN} more")
    return lines
