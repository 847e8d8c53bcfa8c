"""The beginnings of files of every kind, followed by whatever makes each one a file of its own."""

from shared.contracts.evidence import FileType


def mp3_frames(count: int) -> bytes:
    """MPEG 1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes a frame."""
    return (b"\xff\xfb\x90\x64" + b"\x00" * 413) * count


HEADS: dict[str, tuple[FileType, bytes]] = {
    "pdf": (FileType.PDF, b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"),
    "jpeg": (FileType.JPEG, b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01"),
    "exif": (FileType.JPEG, b"\xff\xd8\xff\xe1\x00\x18Exif\x00\x00"),
    "png": (FileType.PNG, b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06"),
    "webp": (FileType.WEBP, b"RIFF\x24\x00\x00\x00WEBPVP8L\x18\x00\x00\x00"),
    "wav": (FileType.WAV, b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00"),
    "mp3": (FileType.MP3, mp3_frames(3)),
    "mp3 with a tag": (FileType.MP3, b"ID3\x04\x00\x00\x00\x00\x02\x01" + b"\x00" * 257),
    "mp3 of speech": (FileType.MP3, (b"\xff\xf3\x40\xc4" + b"\x00" * 100) * 3),
    "m4a": (FileType.M4A, b"\x00\x00\x00\x1cftypM4A \x00\x00\x02\x00M4A isomiso2"),
    "mp4": (FileType.MP4, b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41"),
    "3gp": (FileType.MP4, b"\x00\x00\x00\x18ftyp3gp4\x00\x00\x00\x00isom3gp4"),
    "ogg": (FileType.OGG, b"OggS\x00\x02" + b"\x00" * 20 + b"\x01\x1e\x01vorbis" + b"\x00" * 23),
    "opus": (FileType.OGG, b"OggS\x00\x02" + b"\x00" * 20 + b"\x01\x13OpusHead" + b"\x00" * 11),
    "webm": (FileType.WEBM, b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\x82\x84webm\x42\x87\x81\x04"),
}

OTHERS: dict[str, bytes] = {
    "empty": b"",
    "text": "Báo cáo".encode(),
    "html": b"<!DOCTYPE html><script>alert(1)</script>",
    "svg": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "exe": b"MZ\x90\x00\x03\x00\x00\x00",
    "elf": b"\x7fELF\x02\x01\x01",
    "zip": b"PK\x03\x04\x14\x00\x06\x00",
    "docx": b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00[Content_Types].xml",
    "script": b"#!/bin/sh\n",
    "gif": b"GIF89a\x01\x00\x01\x00",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "quicktime": b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  ",
    "avi": b"RIFF\x24\x00\x00\x00AVI LIST",
    "matroska": b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska",
    "theora": b"OggS\x00\x02" + b"\x00" * 20 + b"\x01\x2a\x80theora",
    "a pdf behind html": b"<html><script>alert(1)</script>%PDF-1.7\n",
    "a pdf without a version": b"%PDF-<script>",
    "utf-16": "\ufeff<html>".encode("utf-16-le"),
    "aac": b"\xff\xf1\x50\x80\x2e\x7f\xfc" + b"\x00" * 400,
    "one frame of mp3 and then html": mp3_frames(1) + b"<html>",
    "half a jpeg marker": b"\xff\xd8\xff",
    "id3 with lengths that are none": b"ID3\x04\x00\x00\xff\xff\xff\xff" + b"\x00" * 100,
}


def sample(kind: str, size: int = 2_000, mark: bytes = b"") -> bytes:
    """A file of that kind and size; `mark` tells it from others."""
    head = HEADS[kind][1] + mark
    return head + b"\x00" * (size - len(head))
