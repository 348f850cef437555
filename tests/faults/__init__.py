"""What goes wrong around the record: disks, locks, clocks, and people with the wrong file."""
