"""What was learned from opinions whose place people confirmed: a linear model."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from app.classify.features import Encoder, Numbers, Seen, Vocabulary, row_of, see
from app.classify.voices import Voices, built_in_voices
from app.classify.writing import Written, read_back, write_down


@dataclass(frozen=True, slots=True)
class Example:
    """An opinion whose label somebody confirmed."""

    subject: str
    text: str
    label: str | None
    """None: none of these."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a label says of itself: a section's own text, a description of a class."""

    label: str
    text: str


class Learned:
    """A model as `app.classify.learner.learn` made it; built once and then read."""

    def __init__(self, written: Written, voices: Voices | None = None) -> None:
        """Make what is written down ready for use, with these topics or our own."""
        self._written = written
        self._voices = voices or built_in_voices()
        self._vocabulary = Vocabulary(written.features, written.rarity)
        self._encoder = self.encoder(self._voices)
        # The last line is that of whatever is unknown.  A line's weights have to lie
        # side by side: it makes adding up ten times as fast.
        self._weights = np.zeros((len(self._vocabulary) + 1, len(written.bias)), "f4")
        self._weights[:-1] = written.weights

    @property
    def labels(self) -> tuple[str, ...]:
        """Those of the examples and of the documents, sorted."""
        return self._written.labels

    @property
    def corrects(self) -> bool:
        """Whether it says only what is to be corrected in a notice's classifier."""
        return self._written.corrects

    @property
    def examples(self) -> int:
        """How many examples it was learned from."""
        return sum(self.counts.values())

    @property
    def counts(self) -> Mapping[str | None, int]:
        """How many of them each label had; None, if it is here, is the last."""
        return self._written.counts

    @property
    def trust(self) -> float:
        """What the log-probabilities count that a correction is added to."""
        return self._written.trust

    def scores(self, *, subject: str, text: str) -> NDArray[np.float64]:
        """Give a log-probability for each of `counts`: the labels, and maybe "none"."""
        return self.scores_of(see(subject, text, self._voices), self._encoder)

    def probabilities(self, *, subject: str, text: str) -> Mapping[str | None, float]:
        """Give each label's calibrated probability, and maybe that of "none"."""
        chances = np.exp(self.scores(subject=subject, text=text))
        return dict(zip(self.counts, chances.tolist(), strict=True))

    def encoder(self, voices: Voices) -> Encoder:
        """Give what turns a reading with these topics into this model's features."""
        return Encoder(self._vocabulary, voices)

    def scores_of(self, seen: Seen, encoder: Encoder) -> NDArray[np.float64]:
        """Give the scores of what was read before."""
        scores = self.sums_of(seen, encoder)
        scores -= scores.max()
        scores -= np.log(np.exp(scores).sum())
        return scores

    def sums_of(self, seen: Seen, encoder: Encoder) -> NDArray[np.float64]:
        """Give what the weights add up to; of a correction, what is to be added."""
        places, sizes = encoder(row_of(seen))
        # Not `@`: BLAS would start threads for a product as small as this.
        sums: Numbers = np.einsum("i,ij->j", sizes, self._weights.take(places, axis=0))
        return (sums + self._written.bias).astype(float) * self._written.sharpness

    def to_bytes(self) -> bytes:
        """Write it down in a format with a version."""
        return write_down(self._written)

    @classmethod
    def from_bytes(cls, content: bytes, voices: Voices | None = None) -> Self:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: It is damaged, or of another version.
        """
        return cls(read_back(content), voices)
