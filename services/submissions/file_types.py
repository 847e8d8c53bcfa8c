"""What a file is, by its first bytes; what its name or its sender says doesn't count.

Pure. Only the beginning is looked at: it decides what the file is served as, and not whether a player can play it.
"""

from shared.contracts.evidence import FileType

# Enough for the two frames by which an MP3 without a tag is known.
HEAD = 4096

_JPEG_MARKERS = range(0xC0, 0xFF)
_WEBP_CHUNKS = {b"VP8 ", b"VP8L", b"VP8X"}
# The first packet of a stream names its codec; an OGG file whose first stream is a picture's is none of ours.
_OGG_CODECS = (b"\x01vorbis", b"OpusHead", b"\x7fFLAC", b"Speex   ")
_OGG_HEADER = 27
# ISO/IEC 14496-12, 4.3: the first box names the brand. HEIC, AVIF and QuickTime have brands of their own.
_M4A_BRANDS = {b"M4A ", b"M4B "}
_MP4_BRANDS = {
    *(b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso7", b"iso8", b"iso9"),
    *(b"mp41", b"mp42", b"avc1", b"dash", b"M4V ", b"M4VH", b"M4VP", b"MSNV", b"mmp4", b"f4v "),
    *(b"3gp4", b"3gp5", b"3gp6", b"3g2a"),
}
_BRAND_BOX = range(16, 1024)
# ISO/IEC 11172-3 and 13818-3, layer III: kbit/s by index, for MPEG 1 and for MPEG 2 and 2.5; Hz for MPEG 1.
_RATES = (
    (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
)
_FREQUENCIES = (44_100, 48_000, 32_000)
_EBML = b"\x1a\x45\xdf\xa3"
_WEBM = b"\x42\x82\x84webm"


def file_type(head: bytes) -> FileType | None:
    """The type of the file that begins with `head`, its first HEAD bytes or all of it; None for any other."""
    return next((found for tell in _TELLING if (found := tell(head)) is not None), None)


def _plain(head: bytes) -> FileType | None:
    """Those with a mark of their own at the very beginning: a PDF behind something else is none."""
    if head.startswith(b"%PDF-") and head[5:6].isdigit():
        return FileType.PDF
    if head.startswith(b"\xff\xd8\xff") and len(head) > 3 and head[3] in _JPEG_MARKERS:
        return FileType.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"):
        return FileType.PNG
    return None


def _riff(head: bytes) -> FileType | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and head[12:16] in _WEBP_CHUNKS:
        return FileType.WEBP
    return FileType.WAV if head[:4] == b"RIFF" and head[8:12] == b"WAVE" else None


def _ogg(head: bytes) -> FileType | None:
    if not head.startswith(b"OggS\x00") or len(head) < _OGG_HEADER:
        return None
    packet = head[_OGG_HEADER + head[_OGG_HEADER - 1] :]
    return FileType.OGG if packet.startswith(_OGG_CODECS) else None


def _iso(head: bytes) -> FileType | None:
    if head[4:8] != b"ftyp" or int.from_bytes(head[:4], "big") not in _BRAND_BOX:
        return None
    brand = head[8:12]
    if brand in _M4A_BRANDS:
        return FileType.M4A
    return FileType.MP4 if brand in _MP4_BRANDS else None


def _webm(head: bytes) -> FileType | None:
    return FileType.WEBM if head.startswith(_EBML) and _WEBM in head[:128] else None


def _mp3(head: bytes) -> FileType | None:
    """An ID3 tag, or a frame right behind which another one begins or the file ends."""
    if head.startswith(b"ID3"):
        tagged = len(head) >= 10 and head[3] in {2, 3, 4} and head[4] != 0xFF and max(head[6:10]) < 0x80
        return FileType.MP3 if tagged else None
    length = _frame(head[:4])
    framed = bool(length) and (len(head) == length or _frame(head[length : length + 4]) > 0)
    return FileType.MP3 if framed else None


def _frame(header: bytes) -> int:
    """The length in bytes of the layer III frame with this header; 0 where it is none."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate, frequency = header[2] >> 4, header[2] >> 2 & 3
    if version == 1 or layer != 1 or rate in {0, 15} or frequency == 3:
        return 0
    first = version == 3
    hertz = _FREQUENCIES[frequency] // {3: 1, 2: 2, 0: 4}[version]
    return (144_000 if first else 72_000) * _RATES[0 if first else 1][rate - 1] // hertz + (header[2] >> 1 & 1)


_TELLING = (_plain, _riff, _ogg, _iso, _webm, _mp3)
