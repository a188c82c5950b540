"""Values of a document: identifiers, people, days, streets, and the shapes they are disguised in."""
