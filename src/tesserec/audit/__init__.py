"""Check that nothing a model may learn from tells of what the model is judged on."""

from tesserec.audit.allowed import Allowed, Log
from tesserec.audit.check import Check
from tesserec.audit.features import check_blocks
from tesserec.audit.histories import check_histories, check_popularity
from tesserec.audit.links import check_links
from tesserec.audit.mining import check_groups, check_opinions
from tesserec.audit.sources import Sources
from tesserec.audit.splitting import check_split

__all__ = [
    "Allowed",
    "Check",
    "Log",
    "Sources",
    "check_blocks",
    "check_groups",
    "check_histories",
    "check_links",
    "check_opinions",
    "check_popularity",
    "check_split",
]
