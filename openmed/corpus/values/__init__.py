"""Values of a document: identifiers, people, days, streets, and shapes that disguise them."""
