"""`tributary` and `python -m gateway`: the command line."""

from gateway.cli.commands import app


def main() -> None:
    """Runs the command that the arguments name."""
    app(prog_name="tributary")


if __name__ == "__main__":
    main()
