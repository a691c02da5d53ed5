"""Which files have to be copied, and which were. Pure: no ORM, no HTTP, no clock.

A file is new when its id is in no pair. Names decide nothing: a paired file stays paired when it
is renamed, and two files may have the same name. What is gone on one side is not looked at, so
that deletions neither travel nor are undone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from syncjobs.attachments.values import Digest, File, Known, Side
from syncjobs.plan import Note

# Clocks may differ; a copy is looked for from a little before it was asked for.
CLOCK_MARGIN = timedelta(minutes=5)


@dataclass(frozen=True)
class Both:
    """The files of a pair as they were just read; `me` is our user by side."""

    salesforce: tuple[File, ...] = ()
    jira: tuple[File, ...] = ()

    def on(self, side: Side) -> tuple[File, ...]:
        return self.salesforce if side is Side.SALESFORCE else self.jira


@dataclass(frozen=True)
class Copy:
    """A file to be copied to the other side; `key` is the row that intends it already."""

    file: File
    key: int | None = None


@dataclass(frozen=True)
class FilePlan:
    """`found` are copies that had been made although no answer came: (row, the copy). `same` are
    new versions whose content is that of a known file. `dropped` are intents without a source."""

    copies: tuple[Copy, ...] = ()
    found: tuple[tuple[int, File], ...] = ()
    same: tuple[tuple[int, File], ...] = ()
    dropped: tuple[int, ...] = ()
    notes: tuple[Note, ...] = ()


def plan_files(
    both: Both, known: Sequence[Known], me: dict[Side, str], most_bytes: int, digest: Digest
) -> FilePlan:
    """Decide about one pair's files; `me` is our user on each side."""
    found = _found(both, known, me, digest)
    found_keys = {key for key, _ in found}
    open_intents = {k.source: k.key for k in _own_intents(known) if k.key not in found_keys}
    settled = {twin.id for _, twin in found} | _settled_ids(known, open_intents.values())
    same = _same_content(both.salesforce, known, settled)
    settled |= {file.id for _, file in same}
    new = [file for file in _oldest_first(both) if file.id not in settled]
    notes = [note for file in new if (note := _why_not(file, most_bytes))]
    copies = [
        Copy(file, open_intents.get(file.id)) for file in new if not _why_not(file, most_bytes)
    ]
    taken_up = {copy.key for copy in copies}
    dropped = tuple(key for key in open_intents.values() if key not in taken_up)
    return FilePlan(tuple(copies), found, tuple(same), dropped, tuple(notes))


def needs_recovery(known: Iterable[Known]) -> bool:
    """Whether a copy may exist of which nobody has told us."""
    return any(each.asked_at for each in _own_intents(known))


def twin_digest(digest: Digest, name: str, size: int) -> str:
    """Return what is remembered of a copy's name and size while its making is uncertain."""
    return digest(name, str(size))


def too_large(file: File, most_bytes: int, whose: str) -> Note | None:
    """Return the note about a file above a limit, in bytes; None if it is within."""
    if file.size <= most_bytes:
        return None
    return Note(
        file.name,
        f"The file was not copied from {file.side.label}: it has {file.size:,} bytes, and {whose} "
        f"{most_bytes:,}.",
    )


def _why_not(file: File, most_bytes: int) -> Note | None:
    if file.outside:
        return Note(
            file.name,
            "The file was not copied: Salesforce only points to it, it is kept elsewhere.",
        )
    return too_large(file, most_bytes, "ATTACHMENT_MAX_BYTES of the connector allows")


def _own_intents(known: Iterable[Known]) -> list[Known]:
    return [each for each in known if not each.complete and each.own]


def _settled_ids(known: Iterable[Known], open_keys: Iterable[int]) -> set[str]:
    """The ids of files about which nothing is to be done."""
    still_open = set(open_keys)
    rows = [each for each in known if each.key not in still_open]
    return {file_id for each in rows for file_id in (each.version, each.jira) if file_id}


def _found(
    both: Both, known: Sequence[Known], me: dict[Side, str], digest: Digest
) -> tuple[tuple[int, File], ...]:
    """Join intents with what our user has made since: same name, same size, in no pair yet."""
    paired = {file_id for each in known for file_id in (each.version, each.jira) if file_id}
    found: list[tuple[int, File]] = []
    for intent in _own_intents(known):
        if intent.asked_at is None:
            continue
        target = Side.JIRA if intent.origin is Side.SALESFORCE else Side.SALESFORCE
        since = intent.asked_at - CLOCK_MARGIN
        for file in both.on(target):
            made_by_us = file.author == me[target] and file.created_at >= since
            same = twin_digest(digest, file.path, file.size) == intent.twin
            if made_by_us and same and file.id not in paired:
                paired.add(file.id)
                found.append((intent.key, file))
                break
    return tuple(found)


def _same_content(
    files: Iterable[File], known: Sequence[Known], settled: set[str]
) -> list[tuple[int, File]]:
    contents = {(each.document, each.content): each.key for each in known if each.complete}
    return [
        (contents[file.document, file.content], file)
        for file in files
        if file.id not in settled and file.content and (file.document, file.content) in contents
    ]


def _oldest_first(both: Both) -> list[File]:
    return sorted((*both.salesforce, *both.jira), key=lambda file: (file.created_at, file.id))
