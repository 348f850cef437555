"""What the bytes of a file mean: UTF-8 unless something else is declared, or beyond doubt."""

import codecs
import re
from pathlib import Path
from typing import Literal

from workflow.errors import Invalid

Encoding = Literal["utf-8", "utf-16", "windows-1252", "windows-1250"]

LARGEST = 50_000_000
"""Bytes of one file."""

FILE = "FILE"
_CHUNK = 1 << 16
_CODECS: dict[str, str] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1252": "cp1252",
    "windows-1250": "cp1250",
}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_FILES = {
    b"PK\x03\x04": "a workbook of Excel or LibreOffice",
    b"\xd0\xcf\x11\xe0": "a workbook of an old Excel",
    b"%PDF": "a PDF",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "a compressed file",
}
_ALIKE = ("cp1252", "cp1250", "cp1254", "iso8859-15")
"""What European spreadsheets write who do not write UTF-8."""


def _letter(byte: int, codec: str) -> str:
    """The letter that a byte is, empty where it is none."""
    character = bytes([byte]).decode(codec, "replace")
    return character if character.isalpha() else ""


def _beyond_doubt(byte: int) -> bool:
    """The byte is the same letter in all of them, as those of ä, ö, ü, ß and é are."""
    return bool(_letter(byte, "cp1252")) and len({_letter(byte, codec) for codec in _ALIKE}) == 1


_DOUBTFUL = re.compile(b"[%s]" % b"".join(re.escape(bytes([b])) for b in range(0x80, 0x100) if not _beyond_doubt(b)))


def codec_of(path: Path, declared: Encoding | None) -> str:
    """The codec of a text file. Raises Invalid where it is none, is too large, or leaves a doubt."""
    head = _head(path)
    for magic, what in _OTHER_FILES.items():
        if head.startswith(magic):
            raise Invalid(FILE, f"{path.name} is {what}", allowed="save the sheet as CSV UTF-8, and import that")
    marked = next((codec for mark, codec in _MARKS if head.startswith(mark)), None)
    codec = marked or _CODECS[declared or "utf-8"]
    wrong = _undecodable(path, codec)
    if wrong is None:
        return codec
    if marked or declared:
        raise Invalid(FILE, f"line {wrong[0]} of {path.name} is not in {declared or codec}", allowed=_WAY_OUT)
    return _single_byte(path)


_WAY_OUT = "save it as CSV UTF-8, or say --encoding windows-1252"


def _head(path: Path) -> bytes:
    """The first bytes. Raises Invalid where there is no such file, or no file of a usual size."""
    if not path.is_file():
        raise Invalid(FILE, f"{path} is no file" if path.exists() else f"there is no {path}")
    with path.open("rb") as stream:
        head = stream.read(64)
        size = stream.seek(0, 2)
    if size > LARGEST:
        raise Invalid(FILE, f"{path.name} is larger than {LARGEST // 1_000_000} MB", allowed="part it into several")
    if not head.strip():
        raise Invalid(FILE, f"{path.name} is empty")
    return head


def _undecodable(path: Path, codec: str) -> tuple[int, int] | None:
    """The first line that cannot be read, and its byte."""
    decoder, line = codecs.getincrementaldecoder(codec)(), 1
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n"), error.object[error.start]
            except UnicodeError:  # a codec that finds no mark where it must have one
                return line, 0
            if not chunk:
                return None
            line += chunk.count(b"\n")


def _single_byte(path: Path) -> str:
    """Windows-1252, where no byte could be anything else in a neighbouring encoding."""
    line = 1
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            if found := _DOUBTFUL.search(chunk):
                raise _doubtful(path, line + chunk[: found.start()].count(b"\n"), found[0][0])
            line += chunk.count(b"\n")
    return "cp1252"


def _doubtful(path: Path, line: int, byte: int) -> Invalid:
    west, east = (bytes([byte]).decode(codec, "replace") for codec in ("cp1252", "cp1250"))
    read = f"{west} in Windows-1252 and {east} in Windows-1250" if west != east else f"{west} in Windows-1252 alone"
    why = f"{path.name} is not in UTF-8, and line {line} has a byte (0x{byte:02X}) that is {read}"
    return Invalid(FILE, why, allowed=_WAY_OUT)
