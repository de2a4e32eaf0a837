"""Whether what a side says tells what another side does, rather than what it holds itself.

“Y had rejected a truce”, said by X, is no position of X; “Y must accept a truce” is one, and
“Y's demands were unacceptable” is, too. By the grammatical subject of the words
said, and for English.
"""

import re

from bot.briefing.statements.nouns import ROLES, bare, is_capital
from bot.briefing.statements.parties import Sides
from bot.grounding.words import listed

_MOST_WORDS = 6  # of a subject
_PREDICATE = re.compile(
    r"(?<![\w-])(?:is|are|was|were|has|have|had|would|will|could|can|cannot|may|might|must|should|do"
    r"|does|did|ought|refuses|rejects|demands(?= (?:an?|the|that)\b)|insists|accepts|agrees|wants?"
    r"|needs?|seeks|opposes|threatens|violates|blocks|continues|[a-z]{3,}ed|went|came|took|made|met|began|broke|kept|sought"
    r"|left|put|gave|held)\b|n['’]t\b"
)
_DEMANDED = re.compile(
    r"(?:must|should|ought|cannot|can ?not|can['’]t|need(?:s|ed)? to|ha(?:s|d|ve) to"
    r"|(?:would|will) (?:have|need) to"
    r"|(?:would|will) (?:never )?(?:be|face|pay|get|receive|answer))\b"
)
_BEHIND = re.compile(r"\s(?:of|in|from|on|for|at|by|with|to|who|which|that)\s")
_ARTICLE = re.compile(r"^(?:the|both|all)\s+", re.IGNORECASE)
_DOERS = ROLES | frozenset(
    listed("""
    troops forces soldiers army military navy police government authorities side sides delegation
    delegations team officials negotiators delegates leaders leadership president presidents
    premier minister ministers ministry diplomats envoys shelling shells missiles commanders
    lawmakers parliament fighters militants rebels separatists people regime
    """)
)


def is_anothers(text: str, party: str, sides: Sides) -> bool:
    """Say whether what is said for `party` only tells what another side does or refuses."""
    verb = _PREDICATE.search(text)
    if verb is None or _DEMANDED.match(text, verb.start()):
        return False
    subject = _BEHIND.split(_ARTICLE.sub("", text[: verb.start()].strip()))[0]
    words = subject.split()
    if not words or len(words) > _MOST_WORDS:
        return False
    if not (is_capital(words[-1]) or bare(words[-1]) in _DOERS):
        return False
    of = sides.parties(subject)
    return bool(of) and party not in of
