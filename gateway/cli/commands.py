"""What the commands are called and take. What each does is imported only when it is run: `--help` is quick."""

from pathlib import Path
from typing import Annotated

import typer

HOST = Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 is every address of this machine.")]
PORT = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 is any free one.")]

app = typer.Typer(
    help="One GraphQL graph over the services a company runs on, and over its own records in MongoDB.",
    epilog="Settings come from the environment and from .env in the working directory.",
    rich_markup_mode="rich",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # it shows local variables, and those hold credentials
    context_settings={"help_option_names": ["-h", "--help"]},
)

new = typer.Typer(help="Begin something: the files of a new service.", no_args_is_help=True)
app.add_typer(new, name="new")


def _examples(*lines: str) -> str:
    return "\n".join(["[bold]Examples[/bold]", *(f"[cyan]$ {line}[/cyan]" for line in lines)])


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the option's value
    if wanted:
        from gateway.cli.version import version  # noqa: PLC0415 - reading package metadata takes time

        typer.echo(f"tributary {version()}")
        raise typer.Exit


@app.callback()
def tributary(
    version: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """The options that stand before a command."""


@app.command(
    epilog=_examples("tributary dev", "tributary dev --port 4000 --open", "STRIPE_API_KEY=sk_test_… tributary dev")
)
def dev(
    host: HOST = "127.0.0.1",
    port: PORT = 8000,
    reload: Annotated[bool, typer.Option(help="Restart when the code or .env changes.")] = True,  # noqa: FBT002 - an option
    open: Annotated[bool, typer.Option("--open", help="Open GraphiQL in the browser.")] = False,  # noqa: FBT002 - an option
    seed: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--seed", help="Put the made-up customers into the store at MONGODB_URI, too.")
    ] = False,
) -> None:
    """Develop: GraphiQL, a store of its own, and an imitation of every service without credentials.

    Without MONGODB_URI a MongoDB server is started for as long as this command runs, with its data in .tributary.

    It is filled with made-up customers the first time.
    """
    from gateway.cli import dev as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run(host, port, reload=reload, browser=open, seed=seed)


@app.command(epilog=_examples("tributary serve", "tributary serve --host 0.0.0.0 --port 80 --workers 4"))
def serve(
    host: HOST = "127.0.0.1",
    port: PORT = 8000,
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that share the port.")] = 1,
) -> None:
    """Serve in production: nothing is imitated unless TRIBUTARY_SANDBOX names it, no GraphiQL, logs in JSON.

    A service without credentials answers SERVICE_NOT_CONFIGURED. MONGODB_URI is required.
    """
    from gateway.cli import serve as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run(host, port, workers)


@app.command(
    epilog=_examples(
        "tributary sandbox",
        "tributary sandbox --port 9001 --customers 5000",
        "tributary sandbox --faults 'stripe:latency=2s;github:reset'",
        "curl -X PUT -d zendesk:status=503,rate=0.3 http://127.0.0.1:8001/faults",
    )
)
def sandbox(
    host: HOST = "127.0.0.1",
    port: PORT = 8001,
    customers: Annotated[
        int | None,
        typer.Option(min=1, max=100_000, help="How many made-up customers; by default TRIBUTARY_SANDBOX_CUSTOMERS."),
    ] = None,
    faults: Annotated[
        str | None,
        typer.Option(help="What goes wrong, as in stripe:latency=2s;zendesk:status=503; by default TRIBUTARY_FAULTS."),
    ] = None,
) -> None:
    """Imitate every service over HTTP, for tools and tests outside of this process.

    Prints the lines that lead a gateway here: paste them into its environment.

    Its path /faults shows what goes wrong on purpose; PUT changes it, DELETE clears it.
    """
    from gateway.cli import sandbox as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run(host, port, customers, faults)


@app.command(epilog=_examples("tributary schema > schema.graphql"))
def schema() -> None:
    """Print the graph in GraphQL's schema language."""
    from gateway.cli import schema as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run()


@app.command(
    epilog=_examples(
        "tributary explain dashboard.graphql",
        """tributary explain dashboard.graphql --variables '{"first": 100}'""",
        "tributary explain dashboard.graphql --json | jq .calls",
    )
)
def explain(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A file with GraphQL operations.")],
    variables: Annotated[
        str | None,
        typer.Option(help="JSON, or @ and a file with it; by default what NAME.variables.json beside the file holds."),
    ] = None,
    operation: Annotated[str | None, typer.Option(help="Which one, where the file has several.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a tree.")] = False,  # noqa: FBT002 - an option
) -> None:
    """Tell what an operation costs before it runs: its plan, and the calls it can make of each service.

    Nothing is asked of anybody. Exits with 1 when the gateway would refuse the operation.
    """
    from gateway.cli import explain as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run(file, variables, operation, json=json)


@app.command(
    epilog=_examples(
        "tributary check",
        "tributary check --serve",
        "tributary check --json | jq .checks",
        "tributary check --operations src/queries --max-calls 50",
    )
)
def check(
    as_served: Annotated[  # noqa: FBT002 - an option
        bool, typer.Option("--serve", help="Judge by what `tributary serve` needs, not by what `tributary dev` does.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,  # noqa: FBT002 - an option
    operations: Annotated[
        Path | None,
        typer.Option(exists=True, file_okay=False, help="Check what the operations of this folder cost instead."),
    ] = None,
    max_calls: Annotated[
        int | None, typer.Option(min=0, help="Calls of any one service that an operation may make.")
    ] = None,
    max_cost: Annotated[int | None, typer.Option(min=0, help="Objects that an operation may answer with.")] = None,
) -> None:
    """Try the settings: is the store there, and does every service accept its credentials?

    Exits with 1 when something that is configured does not work.

    With --operations, nothing is asked of anybody: every .graphql file there is held against the graph and the budget.
    """
    if operations is not None:
        from gateway.cli import check_operations  # noqa: PLC0415 - `--help` does not wait for it

        check_operations.run(operations, max_calls, max_cost, json=json)
        return
    if max_calls is not None or max_cost is not None:
        raise typer.BadParameter("a budget is one of operations: say which with --operations")
    from gateway.cli import check as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run(as_served=as_served, json=json)


@app.command(
    epilog=_examples(
        "tributary publish src/queries --collection operations",
        "TRIBUTARY_TRUSTED_DOCUMENTS=mongodb:operations tributary publish src/queries",
    )
)
def publish(
    path: Annotated[
        Path, typer.Argument(exists=True, help="A folder of .graphql files, or a manifest of Apollo's or Relay's.")
    ],
    collection: Annotated[
        str | None, typer.Option(help="Of the store; by default the one that TRIBUTARY_TRUSTED_DOCUMENTS names.")
    ] = None,
) -> None:
    """Publish operations in the store, where gateways with TRIBUTARY_TRUSTED_DOCUMENTS=mongodb:… find them.

    All of them are held against the graph first. What is there already stays, so that older clients go on.
    """
    from gateway.cli import publish as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run(path, collection)


@new.command(
    epilog=_examples(
        "tributary new service acme --noun payments",
        "tributary new service acme --noun tickets --noun posts --dry-run",
        "tributary new service acme --noun payments --openapi acme.json",
        "tributary new service acme --noun payments --openapi acme.json --operation listCharges",
    )
)
def service(
    name: Annotated[str, typer.Argument(help="The folder's name, as in open_meteo.")],
    noun: Annotated[
        list[str], typer.Option(help="What it has: payments, tickets, deals, issues or posts; may be given repeatedly.")
    ],
    openapi: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="The vendor's OpenAPI 3 document, in JSON: its answers become Structs, its examples tests.",
        ),
    ] = None,
    operation: Annotated[
        list[str] | None,
        typer.Option(help="Which of its operations, by id or as in 'GET /v1/charges'; without any they are listed."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written.")] = False,  # noqa: FBT002 - an option
) -> None:
    """Begin a service: its folder, its tests and an imitation, ready to be filled in.

    Works in a checkout. What it writes passes `make lint test` at once, and the graph shows it.
    """
    if operation and openapi is None:
        raise typer.BadParameter("an operation is one of a document: say which with --openapi")
    from gateway.cli.new import service as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run(name, noun, openapi, operation or (), dry_run=dry_run)


@app.command(hidden=True)
def generated() -> None:
    """Write what the checkout's code says of itself: the schema, the README's settings, what the examples cost.

    Prints the files that changed.
    """
    from gateway.cli import generated as command  # noqa: PLC0415 - `--help` does not wait for it

    command.run()
