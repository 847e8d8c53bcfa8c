"""Channels as officials call them, by the labels of a plan as provinces write them."""

import pytest

from services.submissions.imports.channel_names import ChannelNames

LABELS = {
    "one-stop": "Bộ phận Một cửa, Cổng Dịch vụ công",
    "portal": "Cổng, Trang thông tin điện tử",
    "social": "Mạng xã hội, màn hình LED",
    "newspaper": "Báo",
    "radio": "Phát thanh tỉnh",
    "tv": "Truyền hình tỉnh",
    "local-radio": "Truyền thanh cấp huyện, cấp xã",
    "training": "Lớp tập huấn, hội nghị",
    "press-information": "Thông tin cho báo chí",
}
CHANNELS = ChannelNames([LABELS])


@pytest.mark.parametrize(
    ("text", "channel"),
    [
        ("tv", "tv"),
        ("Truyền hình tỉnh", "tv"),
        ("Truyền hình", "tv"),
        ("TRUYEN HINH", "tv"),
        ("TH", "tv"),
        ("Phát thanh", "radio"),
        ("PT", "radio"),
        ("Truyền thanh", "local-radio"),
        ("Mạng xã hội", "social"),
        ("MXH", "social"),
        ("Trang thông tin điện tử", "portal"),
        ("báo", "newspaper"),
        ("Hội nghị", "training"),
    ],
)
def test_an_everyday_name(text: str, channel: str) -> None:
    """The label, a part of it, its beginning or its initials, where one channel alone may be meant."""
    assert CHANNELS.id_of(text) == channel


@pytest.mark.parametrize(
    "text", ["Truyền", "Cổng", "TT", "Thông tin", "tỉnh", "Truyền hình huyện", "PT-TH", "Báo cáo", "x", ""]
)
def test_what_may_be_two_or_none_stays(text: str) -> None:
    """The rules refuse it: nothing is guessed."""
    assert CHANNELS.id_of(text) == text


def test_two_plans_with_one_name_for_two_channels() -> None:
    """Neither is meant."""
    assert ChannelNames([LABELS, {"tv-2": "Truyền hình khu vực"}]).id_of("Truyền hình") == "Truyền hình"
    assert ChannelNames([LABELS, LABELS]).id_of("Truyền hình") == "tv"


def test_what_may_have_been_meant() -> None:
    """Those in whose labels the words stand or that they say, then those that read alike; all where there is none."""
    assert CHANNELS.like("Cổng") == ("one-stop", "portal")
    assert CHANNELS.like("Truyền hình huyện A") == ("tv", "local-radio")
    assert CHANNELS.like("Lớp hấn luyện")[0] == "training"
    assert CHANNELS.like("x") == tuple(LABELS)
    assert CHANNELS.title("tv") == "Truyền hình tỉnh"
