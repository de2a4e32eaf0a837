"""The verbs of saying, which attribute a statement to a speaker; and who did it by “by”.

`CLAIMING` verbs leave what is said the speaker's: told without the speaker it becomes a
fact that nobody vouches for. The others vouch for it (to confirm), do it by saying it (to
promise) or take a position towards it (to welcome); they matter only for who it was.
"""

from bot.grounding.words import Line, listed

# Words between a verb in the passive and the “by” that names who did it.
_BEFORE_AGENT = 3

# Their past forms only: "states", "reports" and "claims" are nouns as often as verbs.
CLAIMING = frozenset(
    listed("""
    claimed insisted warned argued asserted alleged maintained contended complained stressed
    emphasised emphasized reiterated commented remarked suggested predicted added stated replied
    estimated believed denied vowed said told wrote thought tweeted
    say says tell tells insists warns argues adds believes denies suggests writes
    """)
)
SAYING = CLAIMING | frozenset(
    listed("""
    announced promised pledged declared revealed disclosed reported confirmed acknowledged
    admitted noted explained called described praised hailed criticised criticized condemned
    dismissed welcomed accused blamed urged demanded proposed requested calls describes demands
    """)
)

AUXILIARIES = frozenset(
    listed("""
    is was are were be been has had have will would did does do can could may might must
    should also later then again earlier repeatedly
    """)
)


def with_agent(line: Line) -> frozenset[str]:
    """Return the stems of the words behind which “by” may name who did it: “was led by Orlo”."""
    return frozenset(
        word.root
        for index, word in enumerate(line.words)
        if word.root
        for at in range(index + 1, min(len(line.words), index + 1 + _BEFORE_AGENT))
        if line.words[at].key == "by" and not any(map(line.breaks, range(index + 1, at + 1)))
    )
