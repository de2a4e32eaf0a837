"""Verb forms and plain synonyms by which questions are made from sentences.

English only, by rule and by short tables: a verb that is not in them is taken for a regular
one. Nothing here knows about sentences.
"""

import re

AUXILIARIES = frozenset(
    "is are was were will would can could may might must should shall".split()  # noqa: SIM905
)
HAVE = frozenset(("has", "have", "had"))

DETERMINERS = frozenset(
    """
    the a an its his her their this that these those some any each every no our my your several
    many most all both another one two three four five six seven eight nine ten
    """.split()  # noqa: SIM905 - as text it can be read
)
PREPOSITIONS = frozenset(
    """
    of in on at by for from to with into about after before during under over between among near
    against through across since until as than like without within upon via throughout along
    toward towards beyond outside inside despite around
    """.split()  # noqa: SIM905
)

# Base, past, participle; those whose past reads like a noun or its own base are left out.
_IRREGULAR = [
    tuple(forms.split("/"))
    for forms in """
    arise/arose/arisen bear/bore/born become/became/become begin/began/begun bind/bound/bound
    break/broke/broken bring/brought/brought build/built/built buy/bought/bought
    catch/caught/caught choose/chose/chosen come/came/come deal/dealt/dealt draw/drew/drawn
    drive/drove/driven eat/ate/eaten fall/fell/fallen feel/felt/felt fight/fought/fought
    find/found/found flee/fled/fled fly/flew/flown forbid/forbade/forbidden
    forget/forgot/forgotten give/gave/given go/went/gone grow/grew/grown hear/heard/heard
    hold/held/held keep/kept/kept know/knew/known lead/led/led leave/left/left lend/lent/lent
    lose/lost/lost make/made/made mean/meant/meant meet/met/met overcome/overcame/overcome
    pay/paid/paid ride/rode/ridden rise/rose/risen say/said/said see/saw/seen seek/sought/sought
    sell/sold/sold send/sent/sent shake/shook/shaken shoot/shot/shot show/showed/shown
    sing/sang/sung sink/sank/sunk speak/spoke/spoken spend/spent/spent stand/stood/stood
    steal/stole/stolen strike/struck/struck swear/swore/sworn take/took/taken
    teach/taught/taught tell/told/told think/thought/thought throw/threw/thrown
    undergo/underwent/undergone understand/understood/understood undertake/undertook/undertaken
    wear/wore/worn win/won/won withdraw/withdrew/withdrawn write/wrote/written
    """.split()  # noqa: SIM905
]
_BASES = {past: base for base, past, _ in _IRREGULAR}
_PARTICIPLES = {participle: past for _, past, participle in _IRREGULAR} | {
    word: word
    for word in ("set", "put", "cut", "hit", "split", "read", "spread", "shut", "run", "come")
}
_PARTICIPLE_OF = {past: participle for _, past, participle in _IRREGULAR}
# Those that end so and are seldom the verb of a clause.
_NO_PAST = frozenset(
    """
    hundred indeed speed seed need feed breed exceed proceed succeed embed naked sacred kindred
    armed related based so-called advanced limited detailed aged skilled unarmed alleged
    """.split()  # noqa: SIM905
)
# Present forms that are seldom nouns, by their bases.
_PRESENT = frozenset(
    """
    include contain consist remain provide require occur exist become allow describe argue say
    believe tend produce receive consider suggest refer depend serve belong differ involve
    maintain operate offer possess represent follow enter enable add seek lie teach prevent
    reach lead begin comprise determine employ ensure establish encourage improve reflect reduce
    feed swim originate combine depict define consume form cause flow occupy own contribute
    attract drain join carry create generate affect host house lack vary act play support connect
    publish manage appear arise result run go come make take give get work need use want help
    show see find hold keep bring begin mean prefer state start stop rely react release absorb
    live eat sell buy pay say think argue claim increase decrease rise fall grow cover cross pass
    separate divide share serve attend teach study win lose build write call name set offer rank
    """.split()  # noqa: SIM905
)
# As verbs of a plural subject, only those that are no nouns at all.
_PLURAL_PRESENT = _PRESENT - frozenset(
    """
    say form cause flow lead lie reach feed swim own depict offer employ open act play support
    host house lack result run work need use help show hold start stop release state drain
    increase decrease rise fall cover cross pass separate share study win build call name set
    rank attend find see want claim eat buy pay begin go come make take give get live
    """.split()  # noqa: SIM905
)

# "drug-related", "so-called"
_COMPOUND = re.compile(r"^(?!re-|co-|pre-).*-")

_OPENING_OBJECTS = frozenset("the a an its their his her".split())  # noqa: SIM905
_OPENING = frozenset(
    "that to in on at from with as for into by through over all about two three both".split()  # noqa: SIM905
)
_KEEPS = frozenset(
    """
    visit limit edit exhibit credit inherit benefit profit deposit merit orbit audit prohibit
    inhibit elicit solicit develop gallop market target interpret budget trumpet focus sponsor
    author monitor favor honor labor censor anchor tutor pilot pivot belong long prolong debut
    envelop happen open listen widen strengthen weaken threaten lighten question mention position
    station commission condition reason season abandon pardon cannon program bias format
    """.split()  # noqa: SIM905
)
# Against the patterns.
_TAKES_E = frozenset(
    """
    invit unit ignit excit incit recit creat recreat persuad dissuad guid misguid quot requir acquir
    inquir recogniz suffic
    """.split()  # noqa: SIM905
)
_DOUBLED = re.compile(r"^[^aeiou]*[aeiou]ll$|^(?:add|install|enroll|recall|fulfill)$|ff$")
_ADDS_E = re.compile(
    r"(?:[iu]at|[csuvz]|[dnr]g|[bcdfgkptz]l|[^aeiou][aeiouy][^aeiouwxy]|qu[io]t|^[aeiou][^aeiouwxy]"
    r"|(?<![aeo])at|(?<![ao])(?:in|ir)|(?<!o)ur|(?<![aeo])or|(?<![aeiou])[aiou]d"
    r"|(?<![aeiou])[aeou]t|(?<![aeiou])um|(?<![aeiou])u[lns]|(?<![aeiou])a[gk])$"
)
_NO_E = re.compile(r"(?:er|en|on|el|al|om|ss|zz|am|ac|ow|it|ic|(?!iat|uat)[aeiou]{2}[^cgsvz])$")


def base_of(past: str) -> str | None:
    """Return the base of a past form, or None of what does not look like one."""
    if past in _BASES:
        return _BASES[past]
    if past in _NO_PAST or not past.islower() or _COMPOUND.search(past):
        return None
    if len(past) < 5 or not past.endswith("ed"):
        return {"used": "use", "died": "die", "tied": "tie"}.get(past)
    stem = past[:-2]
    if stem.endswith("i"):
        return stem[:-1] + "y"
    if stem[-1] == "e":
        return stem + "e"
    if stem in _KEEPS or stem in _TAKES_E:
        return stem + "e" * (stem in _TAKES_E)
    if stem[-1] == stem[-2] and stem[-1] not in "sz":
        return stem if _DOUBLED.search(stem) else stem[:-1]
    if re.fullmatch(r"[^aeiou]*[aeiouy][^aeiouwxy]", stem):  # named, used, typed
        return stem + "e"
    if _NO_E.search(stem):
        return stem
    return stem + "e" if _ADDS_E.search(stem) and not stem.endswith("ys") else stem


def present_base(word: str, following: str) -> tuple[str, str] | None:
    """Return ("does" or "do", base) of a present form, as far as it cannot be a noun."""
    if word in _PLURAL_PRESENT:
        return "do", word
    if not word.islower() or not re.search(r"[^\Wius]s$|[^aeiou]ies$", word) or len(word) < 4:
        return None
    base = word[:-1]
    if word.endswith("ies"):
        base = word[:-3] + "y"
    elif re.search(r"(?:ss|sh|ch|x|zz|[^aeiou]o)es$", word):
        base = word[:-2]
    # "New forms include", but "It forms the border": behind a noun another one is rare.
    opens = following in _OPENING_OBJECTS or (base in _PRESENT and following in _OPENING)
    if base in _PLURAL_PRESENT or opens:
        return "does", base
    return ("does", base) if base in _PRESENT and re.match("[A-Z0-9]", following) else None


def is_participle(word: str) -> bool:
    """Whether it may follow "was" or "has"."""
    return word == "been" or word in _PARTICIPLES or (base_of(word) is not None)


def is_past_only(word: str) -> bool:
    """Whether a past form is no participle as well: "became", "wrote", not "founded"."""
    return word in _BASES and word not in _PARTICIPLES


def participle_of(past: str) -> str:
    """Return the participle of a past form."""
    return _PARTICIPLE_OF.get(past, past)


def past_of(participle: str) -> str:
    """Return the past form of a participle."""
    return _PARTICIPLES.get(participle, participle)


# Each group's words say the same in most sentences of reports and reference works.
_SAME = [
    group.split("/")
    for group in """
    began/started begin/start founded/established created/made create/make
    constructed/built construct/build purchased/bought purchase/buy obtained/got obtain/get
    received/got selected/chosen select/choose assisted/helped assist/help
    discovered/found discover/find demonstrated/showed demonstrate/show
    concluded/ended conclude/end completed/finished complete/finish utilized/used
    permitted/allowed required/needed
    occurred/happened occur/happen located/situated approximately/roughly large/big
    largest/biggest nation/country nations/countries primary/main principal/main
    numerous/many residents/inhabitants citizens/residents physicians/doctors
    automobile/car automobiles/cars film/movie films/movies students/pupils
    talks/negotiations negotiations/talks agreement/deal accord/agreement
    meeting/session delegation/team delegations/teams deaths/fatalities
    increased/rose increase/rise decreased/fell decrease/fall declined/dropped
    reduced/cut reduce/cut announced/declared announce/declare stated/said
    proposed/suggested propose/suggest contains/includes contain/include remains/stays remain/stay
    portion/part portions/parts
    territory/area region/area annual/yearly entire/whole initial/first major/important
    often/frequently usually/normally type/kind types/kinds injured/hurt destroyed/ruined
    destroy/ruin attempted/tried gained/won led/headed
    opposed/resisted oppose/resist
    produced/made produce/make named/called
    describe/portray described/portrayed consider/regard considered/regarded
    job/position jobs/positions humans/people rich/wealthy
    """.split()  # noqa: SIM905
]
SYNONYMS = {word: others for word, *others in _SAME}
