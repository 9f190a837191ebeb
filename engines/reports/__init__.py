"""Questions to datasets: resolved, compiled to one statement, answered within the asker's rows, drawn."""
