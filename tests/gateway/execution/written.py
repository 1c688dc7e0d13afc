"""Random documents over the shop, every one of them valid."""

from dataclasses import dataclass, field

from hypothesis import strategies as st

# For each type: the fields that are leaves, and the others with their types.
_LEAVES = {
    "Query": ["name"],
    "ShopConnection": ["total"],
    "ShopEdge": ["cursor"],
    "Shop": ["id", "name", "tags"],
    "Item": ["id", "name"],
    "Person": ["id", "name"],
    "Node": ["id"],
    "Found": ["__typename"],
}
_OBJECTS = {
    "Query": [("shop", "Shop"), ("shops", "ShopConnection"), ("items", "Item"), ("found", "Found"), ("node", "Node")],
    "ShopConnection": [("edges", "ShopEdge"), ("nodes", "Shop")],
    "ShopEdge": [("node", "Shop")],
    "Shop": [("owner", "Person"), ("items", "Item"), ("staff", "Person"), ("grid", "Item")],
    "Item": [("shop", "Shop"), ("maker", "Person"), ("owner", "Person")],
    "Person": [("shop", "Shop")],
    "Node": [("owner", "Person")],
    "Found": [],
}
_NARROWER = {"Node": ["Shop", "Item"], "Found": ["Shop", "Item", "Node"]}
_SLICED = {"shops", "items"}


@dataclass
class _Writer:
    """Fragments are named as they are needed; a later one never spreads an earlier one."""

    draw: st.DrawFn
    narrowing: bool
    fragments: dict[str, str] = field(default_factory=dict)
    variables: dict[str, str] = field(default_factory=dict)

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def selections(self, type_: str, depth: int) -> str:
        texts = [self.selection(type_, depth) for _ in range(self.draw(st.integers(1, 3)))]
        return "{ " + " ".join(texts) + " }"

    def selection(self, type_: str, depth: int) -> str:
        kinds = ["leaf"]
        if depth > 0:
            kinds += ["object", "object", "inline", "spread"]
        kind = self.draw(st.sampled_from(kinds))
        if kind == "leaf" or (kind == "object" and not _OBJECTS[type_]):
            name = self.draw(st.sampled_from(_LEAVES[type_]))
            return (f"my_{name}: {name}" if self.chance() else name) + self.condition()
        if kind == "object":
            return self.object(type_, depth)
        if kind == "inline":
            inner = self.narrowed(type_)
            condition = f" on {inner}" if inner != type_ or self.chance() else ""
            return f"...{condition}{self.condition()} {self.selections(inner, depth - 1)}"
        return f"...{self.fragment(type_, depth)}{self.condition()}"

    def object(self, type_: str, depth: int) -> str:
        """An alias says which arguments there are, so that fields of one name can always be merged."""
        name, inner = self.draw(st.sampled_from(_OBJECTS[type_]))
        key, arguments = name, ""
        if type_ == "Query" and name == "items":
            count = self.draw(st.integers(0, 3))
            key, arguments = f"items{count}", f"(ids: [{', '.join(['1'] * count)}])"
        elif name in _SLICED and self.chance():
            size, key, arguments = self.size(name)
            arguments = f"({arguments}: {size})"
        alias = f"{key}: " if key != name else ""
        return f"{alias}{name}{arguments}{self.condition()} {self.selections(inner, depth - 1)}"

    def size(self, name: str) -> tuple[str, str, str]:
        argument = self.draw(st.sampled_from(["first", "last"])) if name == "shops" else "first"
        if self.chance():
            self.variables["size"] = "Int!"
            return "$size", f"{name}_{argument}_size", argument
        number = self.draw(st.integers(1, 4))
        return str(number), f"{name}_{argument}_{number}", argument

    def condition(self) -> str:
        which = self.draw(
            st.sampled_from(["", "", "", " @skip(if: $no)", " @include(if: $yes)", " @include(if: true)"])
        )
        for name in ("no", "yes"):
            if f"${name}" in which:
                self.variables[name] = "Boolean!"
        return which

    def narrowed(self, type_: str) -> str:
        return self.draw(st.sampled_from([type_, *_NARROWER.get(type_, [])])) if self.narrowing else type_

    def fragment(self, type_: str, depth: int) -> str:
        known = [name for name in self.fragments if name.startswith(f"On{type_}At{depth}")]
        if known and self.chance():
            return self.draw(st.sampled_from(known))
        inner = self.narrowed(type_)
        name = f"On{type_}At{depth}No{len(self.fragments)}"
        self.fragments[name] = ""  # its place, before those that it spreads
        self.fragments[name] = f"fragment {name} on {inner} {self.selections(inner, depth - 1)}"
        return name


@st.composite
def documents(draw: st.DrawFn, *, narrowing: bool = False) -> tuple[str, dict[str, object]]:
    """A document of one operation, and its variables. `narrowing`: some fragments are for some types only."""
    writer = _Writer(draw, narrowing)
    root = writer.selections("Query", 4)
    declared = ", ".join(f"${name}: {type_}" for name, type_ in writer.variables.items())
    text = " ".join([f"query {f'({declared}) ' if declared else ''}{root}", *writer.fragments.values()])
    values = {"size": draw(st.integers(1, 5)), "no": draw(st.booleans()), "yes": draw(st.booleans())}
    return text, {name: values[name] for name in writer.variables}
