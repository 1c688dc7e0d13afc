"""`tributary new`: what a checkout gets more of. `service.py` is the command, the other files are its steps in turn."""
