"""The command line: `commands.py` says what the commands are called and take, the file of each command what it does."""
