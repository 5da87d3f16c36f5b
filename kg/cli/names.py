"""What a name may mean that a query does not find: another spelling, a known metric, else near names."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from kg.errors import QueryError
from kg.records import Graph
from kg.rows import Row
from kg.schema import labels

if TYPE_CHECKING:
    from kg.stores.queries import NamedQuery, Parameter


@dataclass(frozen=True, slots=True)
class Named:
    """An entity of the graph with all its names, its own first."""

    id: str
    names: tuple[str, ...]


class Asked(Protocol):
    """What answers queries: a store, or the RDF of a graph."""

    def run(self, text: str, values: Mapping[str, Any]) -> Iterator[Row]:
        """Yield the rows of a query with these parameters."""
        ...


Known = Callable[[tuple[str, ...]], list[Named]]
"""Tells the entities of some labels, sorted by id; ``Entity`` takes all."""


def known_to(store: Asked) -> Known:
    """Return what tells the entities of a store that answers Cypher."""

    def known(some: tuple[str, ...]) -> list[Named]:
        from kg.stores.cypher import read_cypher

        rows = store.run(read_cypher("names"), {"labels": list(some)})
        return [Named(row["id"], (row["name"], *row["aliases"])) for row in rows]

    return known


def known_in(graph: Graph) -> Known:
    """Return what tells the entities of a graph in memory."""

    def known(some: tuple[str, ...]) -> list[Named]:
        found = []
        for node in graph.nodes:
            if (carried := labels(node.label))[-1] == "Entity" and not set(some).isdisjoint(carried):
                aliases = node.get("aliases")
                found.append(Named(node.id, (node.name, *(aliases if isinstance(aliases, tuple) else ()))))
        return sorted(found, key=lambda entity: entity.id)

    return known


def answers(
    store: Asked,
    target: str,
    query: "NamedQuery",
    values: Mapping[str, Any],
    say: Callable[[str], None],
    known: Known | None = None,
) -> Iterator[Row]:
    """Yield the rows of a named query, asked again where a name is spelled otherwise in the graph.

    Args:
        store: What is asked, in the language of the text of the query.
        target: What the user calls it.
        query: The query.
        values: Its parameters.
        say: Told what a name was taken for.
        known: Tells the entities; where it is left out, the store does, in Cypher.

    Raises:
        QueryError: There are no rows, and the graph does not know a name; tells near ones.
    """
    rows = store.run(query.text, values)
    for first in rows:
        yield first
        yield from rows
        return
    taken: dict[str, str] = {}
    for parameter in query.parameters:
        value = values[parameter.name]
        if parameter.labels and value is not None:
            found = _meant(known or known_to(store), target, parameter, value)
            if found is not None:
                taken[parameter.name] = found.id
                say(f"{value!r} is taken for {found.names[0]} ({found.id})")
    if taken:
        yield from store.run(query.text, {**values, **taken})


def _meant(tell: Known, target: str, parameter: "Parameter", value: str) -> Named | None:
    """Return the entity that a name means, or None where the graph knows the name as it is.

    Raises:
        QueryError: There is none, or more than one; tells near names.
    """
    from kg.link.explain import near_names
    from kg.link.forms import fold

    known = tell(parameter.labels)
    lower = value.lower()
    if any(lower == entity.id or lower in map(str.lower, entity.names) for entity in known):
        return None
    spelled = [entity for entity in known if fold(value) in map(fold, entity.names)]
    metrics = _same_metric(value, known) if "Metric" in parameter.labels else []
    for found in (spelled, [entity for entity, abbreviated in metrics if abbreviated]):
        if len(found) == 1:
            return found[0]
    some = [*spelled, *(entity for entity, _ in metrics)]
    of_form = {form: entity for entity in reversed(known) for form in reversed(entity.names)}
    forms = near_names(value, list(of_form))
    near = {entity.id: entity.names[0] for entity in (*some, *map(of_form.__getitem__, forms))}
    kind = " or ".join(label if label != "Entity" else "entity" for label in parameter.labels)
    default = f", the default of {parameter.name}" if value == parameter.default else ""
    what = f"no {kind} of {target} goes by this name{default}"
    todo = (
        f"near names: {', '.join(near.values())}"
        if near
        else f"kg query {target} find -p text=... finds names"
    )
    raise QueryError(value.strip() or repr(value), what, todo)


def _same_metric(value: str, known: list[Named]) -> list[tuple[Named, bool]]:
    """Return the metrics that go by the name under which the table of metrics holds a text.

    With each stands whether the text abbreviates that name, as "acc" does accuracy; the
    table counts top-1 accuracy among the accuracies too. Where a metric has the name for
    its own, it alone is returned.
    """
    from kg.metrics import is_metric, known_metric

    metric = known_metric(value) if is_metric(value) else None
    if metric is None:
        return []
    name = metric.name.lower()
    found = [entity for entity in known if name in map(str.lower, entity.names)]
    own = [entity for entity in found if name == entity.names[0].lower()]
    return [(entity, _abbreviates(value, name)) for entity in own or found]


def _abbreviates(short: str, name: str) -> bool:
    """Tell whether the letters of a text stand in a name in this order, its first one in front.

    >>> _abbreviates("WER", "word error rate"), _abbreviates("PPL", "perplexity"), _abbreviates("AP", "mAP")
    (True, True, False)
    """
    letters = [char for char in short.lower() if char.isalnum()]
    rest = iter(name.lower())
    return name[:1].lower() == letters[0] and all(letter in rest for letter in letters)
