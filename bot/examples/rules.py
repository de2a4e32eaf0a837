"""Turns a sentence into questions that it answers, by patterns of English.

Who led or won, what a named speaker said, proposed or told another to do, where and when a
round is held, how many of something there are. A pattern begins at the sentence's own
subject, so that a pronoun or “the ministry” gives no question.
"""

import re
from dataclasses import dataclass

from bot.examples.sayings import DAY, WHEN, Made, about_what, sayings
from bot.examples.speakers import CAPITAL, ROLE, RUN, Names
from bot.grounding.words import listed
from vectorstore.questions import MONTHS

_MONTH = rf"(?:{'|'.join(map(str.capitalize, MONTHS))}|(?:Jan|Feb|Aug|Sept?|Oct|Nov|Dec)\.?)"
_DAY_OF_MONTH = rf"(?:\d{{1,2}} {_MONTH}|{_MONTH} \d{{1,2}})"
_DATE = rf"(?:{_DAY_OF_MONTH}|{DAY}|next (?:week|month|year))"
_ASIDE = r"(?:, [^,;]{3,90},)?"
_LEAD = r"(?:(?:On|In|At|During|After|Before|Earlier|Late) [^,;]{2,50}, )?"
_PLACE = rf"(?:the )?(?:[a-z]+ (?:of )?){{0,3}}{CAPITAL}"
_OTHER = rf"(?:(?:[Tt]he )?{CAPITAL}(?: {CAPITAL}){{0,3}}(?: [a-z]+s)?)"
_TO_DO = r"to (?!(?:comment|be|an?|the|its|his|her|their|any|all|\d\S*|[A-Z]\S*)\b)[a-z]"
_SIDE = r"(?:delegation|team|side|party|mission|committee)"

_BASE = dict(
    pair.split(":")
    for pair in listed("""
    accepted:accept agreed:agree announced:announce approved:approve arrested:arrest asked:ask
    banned:ban began:begin blocked:block called:call captured:capture decided:decide
    demanded:demand denied:deny deployed:deploy detained:detain discussed:discuss ended:end
    evacuated:evacuate exchanged:exchange expelled:expel fired:fire freed:free headed:lead
    held:hold instructed:instruct invited:invite killed:kill launched:launch
    lost:lose met:meet offered:offer opened:open ordered:order pledged:pledge promised:promise
    proposed:propose recalled:recall received:receive recommended:recommend refused:refuse
    rejected:reject released:release reported:report requested:request seized:seize sent:send
    signed:sign started:start suggested:suggest threatened:threaten told:tell took:take
    unveiled:unveil urged:urge vetoed:veto vowed:vow withdrew:withdraw won:win
    plans:plan intends:intend aims:aim
    """)
)
_TOOK = (
    "proposed|demanded|rejected|offered|announced|accepted|ordered|pledged|promised|suggested"
    "|requested|unveiled|vetoed|recommended|approved|discussed|signed|denied|banned"
)
_DEALT = (
    "released|freed|killed|arrested|detained|expelled|sent|deployed|reported|recalled|exchanged"
    "|lost|withdrew|seized|captured|fired|launched|evacuated|received|won"
)
_FIGURE = (
    r"(?:(?:[Ss]ome|[Nn]early|[Aa]lmost|[Aa]bout|[Aa]round|[Oo]ver|[Mm]ore than|[Aa]t least"
    r"|[Ff]ewer than|[Uu]p to|[Aa]n estimated) )?(?!(?:19|20)\d\d\b)"
    r"(?:\d[\d,.]*(?: million| billion)?|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine"
    r"|[Tt]en|[Ee]leven|[Tt]welve|(?:[Dd]ozens|[Hh]undreds|[Tt]housands) of)"
)
_COUNTED = (
    rf"(?P<noun>(?:(?:[a-z-]+|{CAPITAL}) ){{0,2}}(?:(?!(?:days|hours|weeks|months|years|minutes"
    r"|times|points|others|dollars|countries)\b)[a-z]+s|people|children|women|men|troops))"
)
_STOP = rf"(?:and|as|when|after|since|because|on|{DAY})"
_PLAIN = rf"(?: (?!{_STOP}\b)[\w'’-]+)"
# To the end of the clause, with a name or “the” in it that says which people these are.
_REST = (
    rf"(?P<rest>{_PLAIN}{{1,6}} (?:the [\w'’-]+|(?!{_STOP}\b){CAPITAL}){_PLAIN}{{0,4}})"
    rf"(?=[,.]| {_STOP}\b)"
)
_NTH = r"(?:next|first|second|third|fourth|fifth|sixth|final|latest)"
_EVENT = (
    rf"(?P<event>(?:The|A|An) (?:{_NTH} [a-z]+(?: of [a-z]+)?|(?:{CAPITAL} )+[a-z]+"
    r"|[a-z]+ (?:of|on|between) [^,]{4,40}?))"
)
_ENVOYS = r"(?:delegations|negotiators|officials|envoys|diplomats|ministers|presidents|leaders)"
_PAIR = (
    rf"(?P<event>(?:[Dd]elegat(?:e|ion)s|[Nn]egotiators|[Oo]fficials|[Ee]nvoys) from {CAPITAL}"
    rf" and {CAPITAL}|(?:[Tt]he )?{CAPITAL} and {CAPITAL} {_ENVOYS}"
    rf"|[Tt]he (?:[a-z]+ )?{_ENVOYS} of {CAPITAL} and {CAPITAL})"
)


@dataclass(frozen=True, slots=True)
class _Rule:
    """`pattern` is matched at the verb, or at the start for what has no speaker.

    `asks` is filled with the speaker, the pattern's groups, and what "did" makes of `verb`;
    `dull` puts it behind others.
    """

    kind: str
    dull: float
    pattern: re.Pattern[str]
    asks: str

    def ask(self, text: str, who: str = "") -> Made:
        """Yield the question, if the rule applies."""
        found = self.pattern.match(text)
        if found is None:
            return
        parts = {name: said or "" for name, said in found.groupdict().items()}
        did = _BASE.get(parts.get("verb", ""), "")
        if "event" in parts:
            parts["event"] = _as_known(parts["event"])
        yield self.kind, self.dull, self.asks.format(who=who, did=did, **parts)


def _rule(kind: str, dull: float, pattern: str, asks: str) -> _Rule:
    return _Rule(kind, dull, re.compile(pattern), asks)


_OF_A_SPEAKER = (
    _rule("who", 0, rf"(?:led|headed|chaired) (?P<side>the (?:{CAPITAL} )+(?:[a-z]+ )?{_SIDE})\b",
          "Who led {side}?"),
    _rule("who", 0, rf"(?:leads|heads|chairs) (?P<side>the (?:{CAPITAL} )+(?:[a-z]+ )?{_SIDE})\b",
          "Who leads {side}?"),
    _rule("who", 1, rf"(?P<won>won|hosted|mediated|brokered|vetoed|founded) (?P<what>the "
          rf"(?:[\w'’-]+ ){{0,5}}(?:{CAPITAL}|[a-z]+))(?: on {_DATE}|,|\.|(?= with| in | by ))",
          "Who {won} {what}?"),
    _rule("deed", 0, rf"(?P<verb>urged|ordered|asked|told|instructed|invited)"
          rf" (?P<other>{_OTHER}) {_TO_DO}",
          "What did {who} {did} {other} to do?"),
    _rule("deed", 0, rf"called on (?P<other>{_OTHER}) {_TO_DO}",
          "What did {who} call on {other} to do?"),
    _rule("deed", 0, rf"accused (?P<other>{_OTHER}) of ", "What did {who} accuse {other} of?"),
    _rule("deed", 0, rf"(?P<verb>promised|pledged|vowed|threatened|offered|agreed|refused|decided"
          rf"|proposed){WHEN} {_TO_DO}", "What did {who} {did} to do?"),
    _rule("deed", 0, rf"(?P<verb>plans|intends|aims) {_TO_DO}",
          "What does {who} {did} to do?"),
    _rule("deed", 0, rf"agreed{WHEN} (?:on|that) (?!him|her|them|it\b)",
          "What did {who} agree on?"),
    _rule("deed", 0, r"(?P<verb>called|asked) for (?!him|her|them|it\b)",
          "What did {who} {did} for?"),
    _rule("deed", 0, rf"warned{WHEN} (?:of|that) (?!him|her|them|it\b)",
          "What did {who} warn about?"),
    _rule("deed", 0, r"said (?:that )?it would (?P<does>demand|seek|propose|offer|send|sign)\b",
          "What did {who} say it would {does}?"),
    _rule("deed", 0, rf"(?P<verb>{_TOOK}){WHEN}(?P<at> (?:at|in|during) [A-Za-z ]{{3,40}}?)?"
          rf"(?: on {DAY})? (?:(?:that|an?|new|more|its|his|her|their)\b|[$€£\d]"
          r"|the (?:[a-z]+ ){1,2}(?:of|for)\b"
          r"|(?!(?:to|by|as|it|him|on|for|up|out|in|at)\b)[a-z]+ing?s? )",
          "What did {who} {did}{at}?"),
    _rule("say", 0, rf"told (?P<other>(?:his|her) [A-Z]\w+ counterpart){WHEN} (?:that|the)\b",
          "What did {who} tell {other}?"),
    _rule("say", 0, rf"told (?:[A-Z]\w+['’]s )?(?P<other>{CAPITAL}(?: {CAPITAL}){{0,3}}){WHEN}"
          r" (?:that|the|in)\b", "What did {who} tell {other}?"),
    _rule("say", 0, rf"said{WHEN} (?:that )?(?P<self>he|she|it|they) (?P<aux>would|will)"
          r"(?P<no> not)? (?!be|have|like|not|take place|do\b)[a-z]+",
          "What did {who} say {self} {aux}{no} do?"),
    _rule("say", 0, rf"said{WHEN} (?:that )?(?P<self>he|she|it|they) (?P<is>planned|plans|wants"
          rf"|wanted|intends|intended|aims|(?:is|was) (?:willing|ready|prepared)) {_TO_DO}",
          "What did {who} say {self} {is} to do?"),
    _rule("where", 0, rf"(?:met|meet){WHEN} (?:in|at) {_PLACE}", "Where did {who} meet?"),
    _rule("where", 0, rf"held (?P<talks>(?:[a-z]+ )?talks){WHEN} (?:in|at) {_PLACE}",
          "Where did {who} hold {talks}?"),
    _rule("count", 0, rf"(?P<verb>{_DEALT}) {_FIGURE} {_COUNTED}\b",
          "How many {noun} did {who} {did}?"),
)  # fmt: skip
_OF_A_CLAUSE = (
    _rule("who", 0, rf".*\b(?P<event>[Tt]he (?:{CAPITAL} )+{_SIDE}) (?:was|is|were) "
          r"(?:led|headed|chaired) by\b", "Who led {event}?"),
    _rule("where", 0, rf"{_LEAD}{_EVENT} (?P<verb>opened|began){WHEN} (?:in|at) {_PLACE}",
          "Where did {event} {did}?"),
    _rule("where", 0, rf"{_LEAD}{_EVENT} took place{WHEN} (?:in|at|near) {_PLACE}",
          "Where did {event} take place?"),
    _rule("where", 0, rf"{_LEAD}{_EVENT} (?P<aux>would|will) take place{WHEN}"
          rf" (?:in|at|near|on the border) {_PLACE}", "Where {aux} {event} take place?"),
    _rule("where", 0, rf"{_LEAD}{_EVENT} (?P<aux>was|were|will)(?P<be> be)? held{WHEN}"
          rf" (?:in|at|near) {_PLACE}", "Where {aux} {event}{be} held?"),
    _rule("where", 0, rf"{_LEAD}{_PAIR} (?:met|sat down){WHEN} (?:in|at) {_PLACE}",
          "Where did {event} meet?"),
    _rule("when", 0, rf"{_EVENT} (?P<aux>is|are|will) (?P<how>planned|scheduled|set|expected|due"
          r"|be held|take place|begin|start|resume|open)(?P<to> to (?:begin|start|open|resume"
          rf"|take place|be held))?{WHEN} (?:for |on |in )?{_DATE}",
          "When {aux} {event} {how}{to}?"),
    _rule("when", 1, rf"{_EVENT} (?P<verb>began|started|ended|opened) on {_DAY_OF_MONTH}",
          "When did {event} {did}?"),
    _rule("count", 0, rf"{_LEAD}(?:{CAPITAL} said (?:that )?)?{_FIGURE} {_COUNTED} (?P<verb>were"
          rf"|are|have|had|will|died|fled|took|attended|gathered|remain|voted)"
          rf"{_REST}",
          "How many {noun} {verb}{rest}?"),
    _rule("count", 0, rf"{_LEAD}(?:By \w+ )?there (?P<verb>were|are) {_FIGURE} {_COUNTED}"
          rf"(?P<of> (?:from|in) {_PLACE})", "How many {noun}{of} {verb} there?"),
)  # fmt: skip


def _as_known(event: str) -> str:
    """Return an event as one that is known: “A third round” is the third round."""
    first, _, others = event.partition(" ")
    if first in ("A", "An", "The", "the"):
        return f"the {others}"
    return event[0].lower() + event[1:] if " from " in event else f"the {event}"


_CLAUSE = re.compile(
    rf"{_LEAD}(?P<who>{RUN})(?:{_ASIDE},? and (?P<other>{RUN}))?(?P<aside>{_ASIDE}){WHEN}"
    r" (?P<verb>[a-z].*)"
)
_CLAUSES = re.compile(r", (?:but|while|though) ")
_SAID_LAST = re.compile(
    rf"(?P<said>[^\"“”]+), (?:(?P<who>{RUN}){_ASIDE} said|said (?P<whom>{RUN}))\b{WHEN}[.,]"
)
_OFFICE = re.compile(
    rf", (the (?:{CAPITAL} )+(?:[a-z]+ ){{0,2}}{ROLE}"
    rf"|the (?:[a-z]+ )?{ROLE} (?:of|to|for) (?:the )?{CAPITAL}(?: {CAPITAL})*(?: [a-z]+)?),"
)


def questions(sentence: str, names: Names) -> Made:
    """Yield kind, dullness and text of the questions that a sentence may answer.

    `sentence` is in one line, without a dateline; its article's names are `names`.
    """
    clauses = _CLAUSES.split(sentence)
    for clause in clauses:
        for rule in _OF_A_CLAUSE:
            yield from rule.ask(clause)
        opening = _CLAUSE.match(clause)
        if opening and (who := _speakers(opening, names)):
            if found := _OFFICE.fullmatch(opening["aside"]):
                yield "who", 2, f"Who is {found[1]}?"
            for rule in _OF_A_SPEAKER:
                yield from rule.ask(opening["verb"], who)
            yield from sayings(who, opening["verb"], names)
    last = _SAID_LAST.fullmatch(sentence)
    if last and (who := names.of(last["who"] or last["whom"])):
        yield from about_what(who, last["said"], names)


def _speakers(opening: re.Match[str], names: Names) -> str | None:
    one = names.of(opening["who"], opening["aside"])
    if opening["other"] is None:
        return one
    other = names.of(opening["other"])
    return f"{one} and {other}" if one and other else None
