"""Digests over what is redacted, by language and label."""

from openmed.domain.digest import sha256_hex
from openmed.domain.evaluation.behaviour import (
    SHORT,
    Behaviour,
    LabelBehaviour,
    LanguageBehaviour,
)
from openmed.domain.evaluation.scoring.layout import LABELS, Layout, Spans


def behaviour_of(layout: Layout, placed: Spans) -> Behaviour:
    """Digests over predictions that are valid, in order and none twice; a row for each language."""
    found: dict[str, dict[int, list[str]]] = {d.language: {} for d in layout.documents}
    indexes = layout.documents_at(placed.starts)
    bases = layout.bases[indexes]
    for index, start, end, code in zip(
        indexes.tolist(),
        (placed.starts - bases).tolist(),
        (placed.ends - bases).tolist(),
        placed.labels.tolist(),
        strict=True,
    ):
        document = layout.documents[index]
        lines = found[document.language].setdefault(code, [])
        lines.append(f"{document.id}\t{start}\t{end}\n")
    return tuple(
        LanguageBehaviour(
            language=language,
            labels=tuple(
                LabelBehaviour(
                    label=LABELS[code], spans=sha256_hex("".join(lines).encode())[:SHORT]
                )
                for code, lines in sorted(labels.items())
            ),
        )
        for language, labels in sorted(found.items())
    )
