"""Evidence: the files that show an output, what kinds of them are taken, and what is told of one that is kept."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.contracts.base import Model

SHA256 = r"^[0-9a-f]{64}$"
MOST_EVIDENCE = 10
LONGEST_EVIDENCE_NAME = 200


class Kind(StrEnum):
    """What a limit of bytes is for."""

    DOCUMENT = "document"
    AUDIO = "audio"
    VIDEO = "video"


class FileType(StrEnum):
    """The media types that are taken. Nothing in them runs where they are opened."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    MP3 = "audio/mpeg"
    M4A = "audio/mp4"
    WAV = "audio/wav"
    OGG = "audio/ogg"
    MP4 = "video/mp4"
    WEBM = "video/webm"

    @property
    def kind(self) -> Kind:
        family = self.value.partition("/")[0]
        return Kind(family) if family in list(Kind) else Kind.DOCUMENT


NAMES = "PDF, JPEG, PNG, WebP, MP3, M4A, WAV, OGG, MP4 or WebM"

Sha256 = Annotated[str, Field(max_length=64, pattern=SHA256)]


class KeptEvidence(Model):
    """A file that is kept. The same bytes again are the same file, under the name that it had first."""

    evidence: Annotated[Sha256, Field(description="The SHA-256 of its bytes: what an event names in `evidence`.")]
    name: Annotated[str, Field(description="As it was posted; it is only quoted.")]
    type: Annotated[FileType, Field(description="What its bytes are, whatever name and request say.")]
    bytes: Annotated[int, Field(ge=1)]
