"""What stands in a picture, for the tests of pictures."""

from matplotlib.collections import LineCollection


def labels(ax):
    return ax.get_xlabel(), ax.get_ylabel()


def ticks(ax):
    """Return time, lower and upper end of every vertical tick."""
    found = [segment for c in ax.collections if type(c) is LineCollection for segment in c.get_segments()]
    return sorted((float(low[0]), float(low[1]), float(high[1])) for low, high in found)


def bars(ax):
    """Return width and height of every bar."""
    return [(patch.get_width(), patch.get_height()) for patch in ax.patches]


def names(ax):
    legend = ax.get_legend()
    return [text.get_text() for text in legend.get_texts()] if legend else []


def written(ax, folder):
    """Save the picture and return its file, which must not be empty."""
    path = folder / "picture.png"
    ax.figure.savefig(path)
    assert path.stat().st_size > 1000
    return path
