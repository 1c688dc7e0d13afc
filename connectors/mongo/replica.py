"""One server as a replica set of its own, which is what transactions and change streams need."""

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from connectors.mongo.driver import Document
from connectors.mongo.mongod import REPLICA_SET

_NOT_INITIATED = 94  # NotYetInitialized


def is_primary(port: int, process: int) -> bool:
    """Whether the server that runs as `process` on `port` takes writes. What it lacks for that is put right.

    The process is compared because a port that was free a moment ago can be somebody else's by now.
    """
    host = f"127.0.0.1:{port}"
    with MongoClient[Document](
        host, directConnection=True, serverSelectionTimeoutMS=500, socketTimeoutMS=2000
    ) as client:
        try:
            if client.admin.command("serverStatus")["pid"] != process:
                return False
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            _configure(client, host)
        except PyMongoError:  # still starting: the caller asks again, and knows for how long
            return False
    return False


def _configure(client: MongoClient[Document], host: str) -> None:
    """A first start has no configuration. A later one remembers an address, which need not be today's.

    https://www.mongodb.com/docs/v6.0/reference/command/replSetReconfig/: forced, for a set that has no primary.
    """
    try:
        config = client.admin.command("replSetGetConfig")["config"]
    except OperationFailure as error:
        if error.code != _NOT_INITIATED:
            raise
        client.admin.command("replSetInitiate", {"_id": REPLICA_SET, "members": [{"_id": 0, "host": host}]})
        return
    if config["members"][0]["host"] != host:
        config["members"][0]["host"] = host
        client.admin.command("replSetReconfig", config, force=True)
