"""The one table of words: what the format calls things.

The schemas, the documentation and the packs read it; a pack may add words of its own.
Open vocabularies (`VOCABULARIES`) warn about a word they do not know; closed ones
(`PARTY_KINDS`, `COVERAGE_STAGES` ...) are enforced by the JSON Schemas.
"""

from __future__ import annotations

from cmpolicy.vocabulary.closed import (
    CHANNELS,
    COVERAGE_STAGE_OF_TARGET,
    COVERAGE_STAGES,
    CRITICALITIES,
    MODELS,
    NOTICE_STARTS,
    PARTY_KINDS,
    ROW_KEYS,
    SECTIONS,
    SETUP_PHASES,
    SHARED_SECTIONS,
    STATUSES,
    TARGET_STAGES,
    row_key,
)
from cmpolicy.vocabulary.words import (
    ACCESS_KINDS,
    AGENDA,
    AREAS,
    CLAUSE_TOPICS,
    DATA,
    DOCUMENT_KINDS,
    EVENTS,
    HANDS_ON,
    REVIEW_KINDS,
    ROLES,
    SCHEMES,
    TOOL_KINDS,
    VOCABULARIES,
)

__all__ = [
    "ACCESS_KINDS",
    "AGENDA",
    "AREAS",
    "CHANNELS",
    "CLAUSE_TOPICS",
    "COVERAGE_STAGES",
    "COVERAGE_STAGE_OF_TARGET",
    "CRITICALITIES",
    "DATA",
    "DOCUMENT_KINDS",
    "EVENTS",
    "HANDS_ON",
    "MODELS",
    "NOTICE_STARTS",
    "PARTY_KINDS",
    "REVIEW_KINDS",
    "ROLES",
    "ROW_KEYS",
    "SCHEMES",
    "SECTIONS",
    "SETUP_PHASES",
    "SHARED_SECTIONS",
    "STATUSES",
    "TARGET_STAGES",
    "TOOL_KINDS",
    "VOCABULARIES",
    "row_key",
]
