"""The words of the tables that the loop of ``_lockstep`` works on: arrays of numbers of 64 bits, among them addresses of other arrays."""

from enum import IntEnum, auto


class _Word(IntEnum):
    @staticmethod
    def _generate_next_value_(name: str, start: int, count: int, last_values: list[int]) -> int:
        return count


class Run(_Word):
    """What all threads share."""

    THREADS = auto()  # of all processes
    HERE = auto()  # of this process
    GROUPS = auto()
    LINKS = auto()
    WINDOW = auto()  # steps
    KEPT = auto()  # steps for which lists of what fired are kept
    FIRST = auto()  # step to which the first row of masks belongs
    GROUP = auto()  # address: for each group, for each thread, a Group
    LINK = auto()  # address: for each link a Link
    SUMS = auto()  # address: for each thread, where its sums are
    SUM_BYTES = auto()  # address: for each thread, bytes of sums per step
    BARRIER = auto()  # address: how many have come; eight words on, how often all have
    YIELD = auto()  # address of a function that lets other programs run, or 0
    QUEUES = auto()  # address: for each thread, where it lists segments
    FACTORS = auto()  # address: for each thread, where it lists the factor of each segment
    GAINS = auto()
    GAIN = auto()  # address: for each gain a Gain
    BONDS = auto()
    BOND = auto()  # address: for each bond a Bond
    EXCHANGE = auto()  # address of a function that brings what other processes' threads fired and show: (first step, steps); 0 if there are none
    STOPPED = auto()  # whether it could not


class Group(_Word):
    """The lanes of one kernel that one thread works on."""

    KERNEL = auto()  # address; 0 if the lanes fire at given times
    SLOTS = auto()  # address of its arguments
    FIRST_BLOCK = auto()
    LAST_BLOCK = auto()
    MASKS = auto()  # address
    MASK_WORDS = auto()  # from one step's masks to the next
    FIRST_WORD = auto()
    LAST_WORD = auto()
    LAST_MASK = auto()  # which bits of the last word are lanes
    LISTS = auto()  # address: lanes that fired, (kept, room) numbers of 32 bits
    ROOM = auto()
    COUNTS = auto()  # address: how many, for each step kept
    AT_MASKS = auto()  # number of the slot
    AT_DUE = auto()
    AT_SHOWN = auto()
    SHOWN = auto()  # how many
    SHOWN_BASES = auto()  # address: where the rows of each begin
    ROW_BYTES = auto()
    EVERY = auto()
    GIVEN_STARTS = auto()  # address: lanes that fire at given times, where those of each step begin
    GIVEN = auto()  # address: and which they are
    SEEN = auto()  # address: a number of each lane that others look at; 0 if none is
    VIEWS = auto()  # address: copies of it after the last step and the one before, by turns
    VIEW_WORDS = auto()  # of 32 bits from one copy to the other
    FIRST_SEEN = auto()  # the thread's words of 32 bits
    LAST_SEEN = auto()


class Link(_Word):
    """Connections from the lanes of one group."""

    SOURCE = auto()
    ADD = auto()  # address of one of the functions ``add...``
    DELAYS = auto()
    DELAY = auto()  # address
    WEIGHT = auto()  # the bits of the one weight of all
    PARTS = auto()  # address: for each thread a Part
    GAINS = auto()  # address: for each thread, where the factors of what fired are; 0 if there are none


class Part(_Word):
    """Rows of connections to the lanes of one thread: a segment for each source and delay, one after the other."""

    ENDS = auto()  # address: number of the first connection of each segment, and of all, 32 bits
    TARGETS = auto()  # address
    WEIGHTS = auto()  # address


class Gain(_Word):
    """A factor for each spike, computed when it is fired."""

    SOURCE = auto()
    FUNCTION = auto()  # address
    SLOTS = auto()  # address of its arguments
    LISTS = auto()  # address: for each thread, where the factors of what fired are, (kept, room) numbers


class Bond(_Word):
    """Lanes of one group that feel those of another all the time."""

    SOURCE = auto()
    TARGET = auto()
    FUNCTION = auto()  # address of one of the functions ``bond...``
    PARTS = auto()  # address: for each thread a BondPart


class BondPart(_Word):
    """The bonds of the lanes of one thread."""

    FIRST = auto()  # lane
    LAST = auto()
    SUM = auto()  # number of the sum of lane 0
    ENDS = auto()  # address: number of the first bond of each lane, and of all, 32 bits
    SOURCES = auto()  # address: 32 bits
    STRENGTHS = auto()  # address
