"""Can a hidden or small count be rebuilt from all that is public together?

``model`` turns public figures into facts about counts, ``solving`` bounds a count by integer
linear programming, ``verdict`` says which are known too well, from what, and what to hide. Knows
nothing of pages: it is given observations and facts. What is protected and why, what the attack
knows and does not: ``docs/secret.md``; declarations: ``disclosure.toml``.
"""

from qpvlib.diagnosis.disclosure.model import Figure, Public, Total, public
from qpvlib.diagnosis.disclosure.solving import Contradiction
from qpvlib.diagnosis.disclosure.verdict import Leak, contradicted, leaks, narrowed, told

__all__ = [
    "Contradiction",
    "Figure",
    "Leak",
    "Public",
    "Total",
    "contradicted",
    "leaks",
    "narrowed",
    "public",
    "told",
]
