"""Is a text worded neutrally? Rules that flag words, and never a verdict."""

from bot.neutrality.lexicon import plainer
from bot.neutrality.report import Told, report
from bot.neutrality.rules import find_flags
from bot.neutrality.scoring import loaded_density

__all__ = ["Told", "find_flags", "loaded_density", "plainer", "report"]
