"""Briefings of any kind for the page's tests, as a maker makes them: step by step."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers import Citation, Disagreement, Value
from bot.briefing.parts import Briefing, BriefSentence, Changes, Claim, Event, Origins, Position
from bot.briefing.request import Progress, Request
from bot.neutrality.flags import Flag, Neutrality
from vectorstore.errors import ParleyError

SLAMMED = "Bresk slammed the list of names."


def whole(citations: tuple[Citation, ...], title: str = "The prisoner exchange") -> Briefing:
    """Return a briefing with all of its parts over four citations at least."""
    said = citations[0].quote
    return Briefing(
        title,
        None,
        "extractive",
        "2025-05-20",
        made_at="2025-05-21T09:30:00+00:00",
        sentences=(
            BriefSentence(said, (1, 4), claim_status="unnamed", origins=2),
            BriefSentence(citations[1].quote, (2,), claim_status="party"),
            BriefSentence(SLAMMED, (2,), "unverified", ("“slammed” is not there.",)),
            BriefSentence(citations[2].quote, (3,), claim_status="document"),
        ),
        citations=citations,
        claims=(
            Claim("Arland", "Bresk", "the foreign ministry", "said", said, True, "2025-05-13", 1),
            Claim(None, None, None, "added", citations[1].quote, False, None, 2),
        ),
        positions=(
            Position("Arland", "prisoners", "exchange 120 prisoners", "Mira Sorg", "2025-05-13", 1),
            Position("Bresk", "prisoners", "release 110 prisoners", None, "2025-05", 2),
            Position("Arland", "ceasefire"),
            Position("Bresk", "ceasefire", "no fire along the border", None, None, 2),
        ),
        timeline=(
            Event("2025-03-01", "month", "2025-05-13", "The lists were drawn up.", 1),
            Event("2025-05-12", "day", "2025-05-13", "Delegations met in Geneva.", 1),
            Event("2025-06-30", "day", None, "The exchange is to be over.", 2),
        ),
        undated=3,
        disagreements=(
            Disagreement(
                "prisoners to be released",
                (Value("120", "2025-05-13", True, (1,)), Value("110", None, False, (2,))),
            ),
        ),
        changes=Changes("2025-05-01", new=(1,), moved=(1,), edited=(citations[1].article_id,)),
        neutrality=Neutrality(
            (
                Flag("loaded word", "slammed", 2, "a plainer word: criticised", 6),
                Flag("single source", citations[1].quote, 1, "only one origin carries this"),
            ),
            {"Arland": 0.6, "Bresk": 0.4},
            {"The Lake Courier": 0.75, "Bresk Herald": 0.25},
            {"Arland": 1.0},
        ),
        origins=Origins(3, 2),
        missing=("who signed it",),
        notices=("One wire story stands behind two articles.",),
    )


def hostile(payloads: Sequence[str], citations: tuple[Citation, ...]) -> Briefing:
    """Return a briefing that holds a payload wherever it can hold a text."""
    told = list(zip(payloads, citations, strict=True))
    half = dict.fromkeys(payloads[:8], 1 / 8)
    return Briefing(
        payloads[0],
        payloads[1],
        payloads[2],
        payloads[3],
        model=payloads[4],
        sentences=tuple(
            BriefSentence(each, (cited.n,), "unverified", (each,), claim_status="party")
            for each, cited in told
        ),
        citations=citations,
        claims=tuple(
            Claim(each, each, each, each, each, True, each, cited.n) for each, cited in told
        ),
        positions=tuple(
            Position(each, each, each, each, each, cited.n) for each, cited in told[:12]
        ),
        timeline=(
            *(
                Event(f"2025-05-{day + 1:02}", "day", f"2025-06-{day + 1:02}", each, cited.n)
                for day, (each, cited) in enumerate(told[:30])
            ),
            Event(payloads[5], "day", payloads[6], payloads[7], 1),
        ),
        disagreements=tuple(
            Disagreement(each, (Value(each, each, True, (cited.n,)),)) for each, cited in told
        ),
        changes=Changes(payloads[0], (0, 99), (0, 99), (payloads[0],)),
        neutrality=Neutrality(
            tuple(Flag(each, each, at, each) for at, each in enumerate(payloads)), half, half, half
        ),
        origins=Origins(len(payloads), 1),
        missing=tuple(payloads),
        notices=tuple(payloads),
        draft="\n\n".join(payloads),
    )


class Maker:
    """Makes a briefing by what its topic says it wants; `kinds` maps such words to briefings."""

    def __init__(self, usual: Briefing, **kinds: Briefing) -> None:
        self._usual = usual
        self._kinds = kinds

    def __call__(self, request: Request, earlier: Briefing | None) -> Iterator[Progress]:
        """Yield what is being done, the first sentence, and the whole."""
        topic = request.topic or ""
        found = next((made for kind, made in self._kinds.items() if kind in topic), self._usual)
        found = replace(found, topic=request.topic, title=request.topic or found.title)
        if earlier is None:
            found = replace(found, changes=None)
        if "broken" in topic:
            raise ParleyError("No endpoint answers. Start it, or set PARLEY_ENGINE=extractive.")
        yield Progress("Reading 3 articles")
        begun = Briefing(
            found.title,
            found.topic,
            found.engine,
            found.as_of,
            sentences=found.sentences[:1],
            citations=found.citations,
            origins=found.origins,
        )
        yield Progress("Checking sentence 2 of 4", begun)
        steps = 0
        while "endless" in topic and not threading.Event().wait(0.05):
            steps += 1
            yield Progress(f"Checking again, {steps}", begun)
        yield Progress("Done", found)
