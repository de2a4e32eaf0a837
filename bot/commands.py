"""Recognises small talk and commands: "hello", "list the articles", "summarise article 3".

A text is a command only if the whole of it is one, courtesies aside; whatever else it holds
makes it a question. By pattern, for English. Nothing here knows what the library holds or
what is said in reply.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from vectorstore.text import fold


class CommandKind(StrEnum):
    """What a text that is no question wants."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    HELP = "help"
    LIST = "list"
    SUMMARISE = "summarise"


@dataclass(frozen=True, slots=True)
class Command:
    """A command and, for a summary, of what: "this" where nothing more is said.

    `numbers` are places in the list of articles, from 1, and negative from its end;
    `title` holds words of titles, folded; `sentences` is how many were asked for.
    """

    kind: CommandKind
    everything: bool = False
    numbers: tuple[int, ...] = ()
    title: str | None = None
    sentences: int | None = None


# A longer text is no command, however it begins.
_LONGEST = 300
_LONGEST_TITLE = 16  # words
_WORDS_A_SENTENCE = 25  # "in 50 words" is two sentences

_SMALL: dict[str, int] = dict(
    zip("one two three four five six seven eight nine ten".split(), range(1, 11), strict=True)  # noqa: SIM905
)
_ORDINALS: dict[str, int] = dict(
    zip(
        "first second third fourth fifth sixth seventh eighth ninth tenth".split(),  # noqa: SIM905
        range(1, 11),
        strict=True,
    )
)
_ENDS = {"oldest": 1, "earliest": 1, "last": -1, "latest": -1, "newest": -1, "most recent": -1}

_ARTICLE = r"(?:news )?(?:article|story|piece)"
_ARTICLES = r"(?:news )?(?:articles|stories|pieces|sources|documents|texts|files)"

_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))"
    r"(?: (?:hi|hello|there|again|parley|bot|everyone|all))*(?: how are you(?: today| doing)?)?"
    r"|how are you(?: today| doing)?"
)
_THANKS = re.compile(
    r"(?:(?:ok|okay|great|good|perfect|super|nice|wonderful|excellent|brilliant|cool) )?"
    r"(?:(?:many|no) )?(?:thanks|thank you|thx|cheers|ty)"
    r"(?: (?:a lot|a million|so much|very much|again|all|parley))*"
    r"(?: for (?:(?:all|the|your|that|this|quick) ?)*(?:help|answers?|info|information|summary"
    r"|summaries|time|list|it)?)?"
    r"(?: (?:that|this|it) (?:is|was) (?:(?:very|really|so) )?(?:helpful|useful|great|good|perfect"
    r"|nice|clear|all))?"
    r"|(?:much|very much) appreciated"
)
_FAREWELL = re.compile(
    r"(?:(?:ok|okay|thanks|thank you) )?(?:(?:good[- ]?)?bye(?:[- ]bye)?|farewell|good night|cya"
    r"|see (?:you|ya)(?: (?:later|soon|tomorrow|around|then))?|that is all|that will be all"
    r"|exit|quit)(?: (?:parley|for now|now|then|thanks|thank you|and thank you))?"
)
_HELP = re.compile(
    r"help(?: me)?(?: out)?|commands|instructions|i need help|(?:who|what) are you|what is parley"
    r"|what is your (?:name|purpose|job)|(?:introduce|explain) yourself|about you"
    r"|what (?:can|could|do|should) (?:i|you) (?:do|ask|say|type|know|offer)"
    r"(?: (?:you|here|with (?:this|you|parley)|for me|about|you about))?"
    r"|what can you (?:tell me|help(?: me)? with|help)"
    r"|what (?:kinds? of )?(?:questions|things) (?:can|could|should|may) i ask(?: you| here)?"
    r"|what (?:are your|can i use as|are the) (?:commands|features|abilities|options)"
    r"|how (?:does|do|can|should) (?:this|it|you|parley|i) (?:work|help|start"
    r"|use (?:this|it|you|parley)|ask(?: you)?(?: questions?)?)(?: me)?"
    r"|are you (?:a|an) (?:bot|chatbot|robot|human|person|ai|real person|machine)"
)
_HAVE = (
    r"(?:do you have|have you(?: got| read)?|do you know|you have(?: got)?|are there"
    r"|there are|do i have|are (?:available|loaded|here|in (?:the|your) library)"
    r"|can you (?:see|read|search))(?: (?:available|loaded|here|in (?:the|your) library))?"
)
_LIST = re.compile(
    rf"(?:(?:list|show|see|display|name|tell me|browse)(?: me)? )?(?:all )?(?:of )?"
    rf"(?:the |your |my |these |those |available )*{_ARTICLES}"
    rf"(?: (?:available|you have|here|there are|in (?:the|your) library))?"
    rf"|(?:(?:list|show|tell me|name)(?: me)? )?(?:which|what|how many) {_ARTICLES} {_HAVE}"
    rf"|(?:are there|do you have|have you got) (?:any )?{_ARTICLES}"
    rf"|what is (?:in|inside) (?:the|your) library|what (?:do you have|have you got)"
    rf"|(?:show|list)(?: me)? (?:the|your) library|list(?: all| them(?: all)?| everything)?"
    rf"|what are (?:the|your) {_ARTICLES}"
)

_VERB = r"(?:summ[ae]ri[sz](?:e|ing)|sum(?:ming)? up|recap|condense)"
_SUMMARY = r"(?:summary|overview|recap|gist|synopsis|digest|tl ?dr|(?:main|key) (?:points|facts))"
_WANTING = (
    r"(?:(?:give|show|write|make|get|tell|offer|provide|do|have|see|prepare|produce)(?: me)? )?"
)
_SHORT = r"(?:(?:short|brief|quick|concise|little|neutral) )*"
# What "of" a command names is read from the group `of`, by `_targets`.
_SUMMARISE = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_VERB}(?: (?P<of>.+))?",
        r"sum (?P<of>.+) up",
        rf"(?:{_WANTING}|what (?:is|are) )(?:an? |the )?{_SHORT}{_SUMMARY}"
        r"(?: (?:of|for|on) (?P<of>.+)|:? ?(?P<after>\d+|this|it|that))?",
        r"what (?:is|are) (?P<of>this|these|(?:this|that|these|those|the|your) .+) about",
        rf"what does (?P<of>this {_ARTICLE}) say",
    )
)
_ABOUT_NUMBER = re.compile(r"what .*\barticle (?:number )?\d")

# "What's new?" asks for what the newest article reports.
_NEWS = re.compile(
    r"(?:what is|any) (?:new|news|the (?:latest|news)(?: news)?)|the latest(?: news)?"
)

_ONE = rf"(?:\d{{1,4}}|{'|'.join(_SMALL)})"
_THIS = re.compile(
    r"it|(?:this|that)(?: one)?|(?:this|that|the|the above|the current|the same)"
    rf" (?:{_ARTICLE}|text|document|report|page)|the above"
)
_ALL = re.compile(
    r"them(?: all)?|these|those|everything|(?:all )?the news|the lot|all(?: of (?:it|them|this))?"
    rf"|(?:all |each |every |all of |each of )?(?:(?:the|these|those|your|my) )?"
    rf"(?:(?:{_ONE}|available|loaded|bundled|sample) )?{_ARTICLES}"
    rf"|(?:each|every) {_ARTICLE}|(?:the|this|your) (?:whole |entire )?(?:library|coverage)"
)
_NUMBERED = re.compile(
    rf"(?:the )?(?:{_ARTICLE}|{_ARTICLES})?(?: ?(?:numbers?|nos?|nr|#))? ?"
    rf"(?P<first>#?{_ONE})(?P<more>(?:(?: and | | & )(?:{_ARTICLE} )?#?{_ONE})*)"
    rf"(?:(?: to | ?[-–] ?)(?P<last>{_ONE}))?"
)
_PLACED = re.compile(
    rf"(?:the |your )?(?P<place>{'|'.join((*_ORDINALS, *_ENDS))}|\d{{1,4}}(?:st|nd|rd|th))"
    rf" (?:one|{_ARTICLE})(?: in the list| on the list)?"
)
_QUOTED = re.compile(rf'(?:(?:the )?{_ARTICLE} )?(?:\w+ )?"(?P<title>[^"]+)"(?: {_ARTICLE})?')
_TITLED = re.compile(
    rf"(?:the |that |this )?(?:{_ARTICLE}|articles|stories) (?:about|on|titled|called|entitled"
    rf"|named|headlined|from|by|with the title|with) (?P<title>.+)"
    rf"|(?:the |that )(?P<before>.+) (?:{_ARTICLE}|articles|stories)"
)
_ASKS = re.compile(r"\b(?:who|whom|what|when|where|why|how|which)\b")

_BEFORE = re.compile(
    r"(?:please|pls|plz|kindly|ok|okay|so|well|now|and|hi|hello|hey|there|parley|then|great|just"
    r"|thanks|thank you|(?:do|would) you mind|may i (?:have|see)"
    r"|(?:can|could|would|will) (?:you|i|we)(?: have| get| see)?"
    r"|i (?:want|need|would like)(?: you)?(?: to(?: have| see)?)?|let me (?:have|see)"
    r"|go ahead and|quickly|briefly) "
)
_AFTER = re.compile(
    r" (?:please|pls|plz|for me|to me|now|then|again|thanks|thank you|parley|briefly|quickly|here"
    r"|if (?:you can|possible|you would)|in (?:brief|short|a nutshell|plain words)"
    r"|(?:in|using) a few (?:words|sentences|lines|points)"
    r"|in (?:a|one) (?:(?:short|single) )?paragraph)"
)
_LENGTH = re.compile(
    rf" (?:in|into|with|using) (?:(?:about|at most|no more than|only|just|around) )?"
    rf"(?P<count>an?|\d{{1,3}}|{'|'.join(_SMALL)}) (?:short |brief |single |bullet |key )*"
    r"(?:(?P<words>words?)|sentences?|lines?|bullets?|points?)"
)

_SPELT = str.maketrans({**dict.fromkeys("“”„«»‟", '"'), **dict.fromkeys("‘‚`´", "'")})
_CONTRACTED = (
    (re.compile(r"\b(what|who|that|it|how|there)'s\b"), r"\1 is"),
    (re.compile(r"\b(i|you)'d\b"), r"\1 would"),
    (re.compile(r"\b(who|what|you|they)'re\b"), r"\1 are"),
    (re.compile(r"\bthat'll\b"), "that will"),
    (re.compile(r"\bi'?m\b"), "i am"),
    (re.compile(r"'(?=\W|$)|(?<!\w)'"), '"'),  # what is left of single quotes are quotation marks
)
_NO_WORD = re.compile(r"[^\w\s\"'#&–-]+")


def recognise(text: str) -> Command | None:
    """Return the command that the whole of `text` is, or None where it is none."""
    if len(text) > _LONGEST:
        return None
    said = _plain(text)
    for kind, pattern in (
        (CommandKind.GREETING, _GREETING),
        (CommandKind.FAREWELL, _FAREWELL),
        (CommandKind.THANKS, _THANKS),
    ):
        if pattern.fullmatch(said):
            return Command(kind)
    for core in _cores(said):
        for kind, pattern in ((CommandKind.HELP, _HELP), (CommandKind.LIST, _LIST)):
            if pattern.fullmatch(core):
                return Command(kind)
        if _NEWS.fullmatch(core):
            return Command(CommandKind.SUMMARISE, numbers=(-1,))
        if command := _summary(core):
            return command
    return None


def _plain(text: str) -> str:
    """Return `text` folded, without punctuation and with one kind of quotation mark."""
    said = fold(text.translate(_SPELT))
    for pattern, full in _CONTRACTED:
        said = pattern.sub(full, said)
    return " ".join(_NO_WORD.sub(" ", said).split())


def _cores(said: str) -> Iterator[str]:
    """Yield `said`, then what is left of it as courtesies fall away, before and behind."""
    yield said
    while opening := _BEFORE.match(said):
        said = said[opening.end() :]
        yield said
    while (ending := _last(_AFTER, said)) is not None:
        said = said[: ending.start()]
        yield said


def _last(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    """Return the match of `pattern` that ends `said`, if there is one."""
    return next((found for found in pattern.finditer(said) if found.end() == len(said)), None)


def _summary(said: str) -> Command | None:
    length = _last(_LENGTH, said)
    if length is not None:
        said = said[: length.start()]
    if _ABOUT_NUMBER.match(said):  # "What is Article 5 about?" asks about a treaty
        return None
    for pattern in _SUMMARISE:
        if found := pattern.fullmatch(said):
            named = found.groupdict()
            target = named.get("of") or named.get("after")
            return _of(target, _count(length))
    return None


def _count(length: re.Match[str] | None) -> int | None:
    if length is None:
        return None
    word = length["count"]
    count = 1 if word in ("a", "an") else _number(word)
    return max(1, round(count / _WORDS_A_SENTENCE) if length["words"] else count)


def _of(target: str | None, sentences: int | None) -> Command | None:
    """Return the command to sum up what `target` names, or None if it names no article."""
    kind = CommandKind.SUMMARISE
    if target is None or _THIS.fullmatch(target):
        return Command(kind, sentences=sentences)
    if found := _PLACED.fullmatch(target):
        return Command(kind, numbers=(_place(found["place"]),), sentences=sentences)
    if found := _NUMBERED.fullmatch(target):
        return Command(kind, numbers=_numbers(found), sentences=sentences)
    if _ALL.fullmatch(target):
        return Command(kind, everything=True, sentences=sentences)
    title = _title(target)
    return Command(kind, title=title, sentences=sentences) if title else None


def _place(word: str) -> int:
    return _ENDS.get(word) or _ORDINALS.get(word) or int(word[:-2])


def _numbers(found: re.Match[str]) -> tuple[int, ...]:
    named = re.findall(rf"\b{_ONE}\b", f"{found['first']} {found['more']}")
    numbers = [_number(word) for word in named]
    if found["last"]:
        numbers.extend(range(numbers[-1] + 1, min(_number(found["last"]), numbers[-1] + 100) + 1))
    return tuple(dict.fromkeys(numbers))


def _number(word: str) -> int:
    return _SMALL.get(word) or int(word)


def _title(target: str) -> str | None:
    """Return the words of a title that `target` consists of, if it names an article so."""
    if found := _QUOTED.fullmatch(target):
        return found["title"].strip()
    found = _TITLED.fullmatch(target)
    if found is None:
        return None
    title = (found["title"] or found["before"]).strip("\"' ")
    if len(title.split()) > _LONGEST_TITLE or _ASKS.search(title):
        return None
    return title
