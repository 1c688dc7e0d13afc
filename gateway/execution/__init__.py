"""Operations over any Strawberry schema: documents, limits, plans, and their execution. Knows no schema of its own."""
