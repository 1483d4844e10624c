"""Tables as plain text."""

from collections.abc import Sequence


def table(head: Sequence[str], rows: Sequence[Sequence[str]], align: str) -> str:
    """Return rows under a head, each column aligned to the left or right as the sign ``<`` or ``>`` of that column says."""
    widths = [max(len(cell) for cell in column) for column in zip(head, *rows, strict=True)]
    lines = [[f"{cell:{sign}{width}}" for cell, sign, width in zip(cells, align, widths, strict=True)] for cells in (head, *rows)]
    return "\n".join("  ".join(line).rstrip() for line in lines)


def number(value: float, digits: int = 4) -> str:
    """Return a number in few digits; a dash for one that does not exist."""
    return "-" if value != value else f"{value:.{digits}g}"  # noqa: PLR0124
