"""Which things depend on each other, and an order in which everything comes after what it depends on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


def circles(graph: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other (Tarjan), those first that the others lead to; without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    open_nodes: list[str] = []
    waiting: set[str] = set()
    groups: list[list[str]] = []

    def entered(node: str) -> tuple[str, Iterator[str]]:
        index[node] = low[node] = len(index)
        open_nodes.append(node)
        waiting.add(node)
        return node, iter(graph[node])

    for start in graph:
        walk = [entered(start)] if start not in index else []
        while walk:
            node, following = walk[-1]
            after = next((other for other in following if other not in index or other in waiting), None)
            if after is None:
                walk.pop()
                if walk:
                    low[walk[-1][0]] = min(low[walk[-1][0]], low[node])
                if low[node] == index[node]:
                    groups.append(_closed(open_nodes, waiting, node))
            elif after in index:
                low[node] = min(low[node], index[after])
            else:
                walk.append(entered(after))
    return groups


def _closed(open_nodes: list[str], waiting: set[str], first: str) -> list[str]:
    at = open_nodes.index(first)
    group = open_nodes[at:]
    del open_nodes[at:]
    waiting.difference_update(group)
    return group
