"""What lists are made of: filters that live in the address, rows ready to be shown, and what is done from a list."""
