"""The parts of forms and pages, one file each."""
