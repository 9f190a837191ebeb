"""Decision tables read, compiled, checked and decided."""
