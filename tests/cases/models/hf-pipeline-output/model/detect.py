import numpy as np


def find(text):
    at = text.find("ana lee")
    if at < 0:
        return []
    # what transformers' pipeline("token-classification", aggregation_strategy="simple") gives
    return [
        {
            "entity_group": "PER",
            "score": np.float32(0.99),
            "word": "ana lee",
            "start": at,
            "end": at + 7,
        }
    ]
