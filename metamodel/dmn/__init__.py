"""Decision tables as DMN 1.5 XML, read and written."""
