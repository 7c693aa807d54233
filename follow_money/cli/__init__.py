"""The command line: `follow-money COMMAND`, what it asks for, and how a person sees that it works."""
