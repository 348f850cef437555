"""What the pages about one patient show: who it is, what is to be done, what can be done, and how it came."""
