"""One typed expression language with the words of Excel and three back ends: Python, SQL and the browser."""
