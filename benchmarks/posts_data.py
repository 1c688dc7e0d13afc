"""The records of the workload: 100 posts, ten of each of 10 users, as https://jsonplaceholder.typicode.com has them."""

USERS = 10
POSTS = 100
_SENTENCE = (
    "Quia et suscipit, suscipit recusandae consequuntur expedita et cum reprehenderit molestiae ut ut quas totam."
)


def users() -> list[dict[str, object]]:
    """With more than anybody asks for, as upstreams answer."""
    return [
        {
            "id": number,
            "name": f"Ada Lovelace the {number}.",
            "username": f"ada{number}",
            "email": f"ada.{number}@example.com",
            "phone": f"+44 20 7946 {number:04}",
            "website": f"ada{number}.example.com",
            "company": {"name": f"Engine {number}", "catchPhrase": "Notes upon the memoir"},
        }
        for number in range(1, USERS + 1)
    ]


def posts() -> list[dict[str, object]]:
    """Newest last."""
    each = POSTS // USERS
    return [
        {
            "userId": (number - 1) // each + 1,
            "id": number,
            "title": f"On the {number}. machine, and what it may compute",
            "body": _SENTENCE * 2,
        }
        for number in range(1, POSTS + 1)
    ]


def expected() -> list[dict[str, object]]:
    """What `posts { id userId title user { id name email } }` has to answer."""
    writers = {user["id"]: {name: user[name] for name in ("id", "name", "email")} for user in users()}
    return [
        {"id": post["id"], "userId": post["userId"], "title": post["title"], "user": writers[post["userId"]]}
        for post in posts()
    ]
