"""Text with spans: offsets, labels, unions of spans, check digits."""
