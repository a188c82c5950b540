"""Sentences of flair; its models are downloads, so capitals in a row are the entities."""

from flair.data import Sentence
from flair.splitter import SegtokSentenceSplitter

splitter = SegtokSentenceSplitter()


def labelled(sentence):
    """A sentence with a layer `ner`, as a tagger leaves it."""
    first = None
    tokens = [*sentence.tokens, None]
    for number, token in enumerate(tokens):
        is_name = token is not None and token.text.istitle() and len(token.text) > 1
        if is_name and first is None:
            first = number
        elif not is_name and first is not None:
            if number - first > 1:
                sentence[first:number].add_label("ner", "PER", 0.75)
            first = None
    return sentence


def find(text):
    """A list of Sentence."""
    return [labelled(one) for one in splitter.split(text)]


def whole(text):
    """One Sentence, whose text is cleaned."""
    return labelled(Sentence(text))


def labels(text):
    """Labels of a Sentence."""
    return labelled(Sentence(text)).get_labels("ner")
