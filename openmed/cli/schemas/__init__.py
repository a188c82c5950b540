"""JSON Schemas of every file and every answer: the table, how they are drawn, statements."""
