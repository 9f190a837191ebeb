"""The kinds of chart, one file each."""
