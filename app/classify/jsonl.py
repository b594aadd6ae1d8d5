"""A classification as one line of JSON, for the command line."""

from typing import Any

from app.classify.ensemble import Classification


def classification_as_json(
    key: object, classification: Classification
) -> dict[str, Any]:
    """Give a classification in the words of JSON; ``key`` is the opinion's "id"."""
    return {
        "id": key,
        "section": classification.section,
        "confidence": classification.confidence,
        "candidates": [
            {"section": candidate.section, "confidence": candidate.confidence}
            for candidate in classification.candidates
        ],
        "evidence": [
            {
                "term": item.term,
                "section": item.section,
                "weight": item.weight,
                "source": item.source,
            }
            for item in classification.evidence
        ],
    }
