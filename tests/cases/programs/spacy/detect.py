"""A blank pipeline of spaCy with an entity ruler."""

import spacy

nlp = spacy.blank("en")
ruler = nlp.add_pipe("entity_ruler")
ruler.add_patterns(
    [
        {"label": "DATE", "pattern": [{"SHAPE": "dd/dd/dddd"}]},
        {"label": "EMAIL", "pattern": [{"LIKE_EMAIL": True}]},
        {"label": "URL", "pattern": [{"LIKE_URL": True}]},
        {
            "label": "PERSON",
            "pattern": [
                {"LOWER": {"IN": ["mr", "mrs", "ms"]}},
                {"ORTH": ".", "OP": "?"},
                {"IS_TITLE": True, "OP": "+"},
            ],
        },
    ]
)


def find(text):
    """The Doc."""
    return nlp(text)


def groups(text):
    """A Doc whose spans are elsewhere."""
    doc = nlp.make_doc(text)
    doc.spans["sc"] = [doc[:1]]
    return doc


def stripped(text):
    """Of another text than the one that was asked about."""
    return nlp(f" {text}").ents
