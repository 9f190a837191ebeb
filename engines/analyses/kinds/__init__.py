"""The methods of analysis, one file each."""
