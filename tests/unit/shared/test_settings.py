"""Settings: what the environment may say, and how a mistake in it is told."""

import pytest

from services.reports.desk.web.paths import PREFIX
from shared.settings import CalendarMode, LogForm, Settings, SettingsError, read_settings


def _refusal(**environ: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read_settings(environ)
    return str(caught.value)


def test_without_settings_everything_is_at_its_standard_place() -> None:
    """Other programs' variables are none of ours."""
    assert read_settings({"PATH": "/bin", "NATS_URL": "x", "dondoc_log": "x"}) == Settings()
    assert Settings().nats_url == "nats://127.0.0.1:4222"
    assert Settings().calendar is CalendarMode.AUTO


def test_each_field_is_a_variable() -> None:
    """DONDOC_ and the field's name in capitals."""
    told = read_settings(
        {
            "DONDOC_NATS_URL": "tls://a:4222,tls://b:4222",
            "DONDOC_MONGO_URL": "mongodb+srv://c/?replicaSet=rs0",
            "DONDOC_SMTP_URL": "smtps://d",
            "DONDOC_CALENDAR": "manual",
            "DONDOC_LOG": "text",
            "DONDOC_HTTP_PORT": "0",
            "DONDOC_STREAM_REPLICAS": "3",
            "DONDOC_EVIDENCE_VIDEO_BYTES": "1000000000",
            "DONDOC_EVIDENCE_AGENCY_BYTES": "0",
        }
    )
    assert (told.nats_url, told.mongo_url) == ("tls://a:4222,tls://b:4222", "mongodb+srv://c/?replicaSet=rs0")
    assert (told.smtp_url, told.calendar, told.log, told.http_port) == (
        "smtps://d",
        CalendarMode.MANUAL,
        LogForm.TEXT,
        0,
    )
    assert told.stream_replicas == 3
    assert (told.evidence_video_bytes, told.evidence_agency_bytes) == (1_000_000_000, 0)


def test_where_other_services_find_the_desk() -> None:
    """At an address of its own, else where all officers' pages are, else beside them on this machine; by its path."""
    given = [("DONDOC_DESK_URL", "https://ban.example"), ("DONDOC_OFFICER_URL", "https://noi-bo.example")]
    found = [read_settings(dict(given[skipped:])).desk_at() for skipped in range(3)]
    assert found == [
        f"{at}{PREFIX}/" for at in ("https://ban.example", "https://noi-bo.example", "http://127.0.0.1:8104")
    ]


def test_a_secret_is_long_and_never_shown() -> None:
    """Not in an error, and not where settings are printed."""
    secret = "short"
    refusal = "DONDOC_LINK_SECRET='***' is wrong: signs the links in reminders: 32 random characters or more"
    assert _refusal(DONDOC_LINK_SECRET=secret) == refusal
    told = read_settings({"DONDOC_LINK_SECRET": secret * 7, "DONDOC_PUBLIC_URL": "https://dondoc.example"})
    assert secret not in repr(told)
    assert told.links() == ("https://dondoc.example", secret * 7)


def test_links_want_a_secret() -> None:
    """The error says how to make one."""
    with pytest.raises(SettingsError, match="openssl rand -hex 32"):
        Settings().links()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("DONDOC_NATS", "DONDOC_NATS_URL"),
        ("DONDOC_MONGODB_URL", "DONDOC_MONGO_URL"),
        ("DONDOC_PORT", "DONDOC_HTTP_PORT"),
        ("DONDOC_CALENDER", "DONDOC_CALENDAR"),
        ("DONDOC_nats_url", "DONDOC_NATS_URL"),
    ],
)
def test_an_unknown_setting_names_the_nearest_known_one(name: str, nearest: str) -> None:
    """A misspelt variable isn't passed over in silence."""
    assert _refusal(**{name: "x"}) == f"{name} is not a setting; the nearest is {nearest}"


@pytest.mark.parametrize(
    ("name", "value", "meaning"),
    [
        ("DONDOC_NATS_URL", "localhost:4222", "where nats-server listens"),
        ("DONDOC_NATS_URL", "nats://a, nats://b", "where nats-server listens"),
        ("DONDOC_MONGO_URL", "http://localhost", "a replica set"),
        ("DONDOC_SMTP_URL", "", "the mail server"),
        ("DONDOC_MAIL_FROM", "Nhắc việc <a@b.example>", "sender of the reminders"),
        ("DONDOC_DATABASE_PREFIX", "Đôn đốc", "each service's database"),
        ("DONDOC_CALENDAR", "manually", "auto or manual"),
        ("DONDOC_STREAM_REPLICAS", "2", "1, 3 or 5"),
        ("DONDOC_STREAM_REPLICAS", "three", "1, 3 or 5"),
        ("DONDOC_EVIDENCE_VIDEO_BYTES", "0", "the largest video"),
        ("DONDOC_EVIDENCE_AGENCY_BYTES", "5 GB", "bytes of evidence"),
        ("DONDOC_HTTP_PORT", "65536", "their port"),
        ("DONDOC_HTTP_PORT", "http", "their port"),
        ("DONDOC_LOG", "xml", "json or text"),
        ("DONDOC_LOG_LEVEL", "debug", "DEBUG, INFO, WARNING or ERROR"),
    ],
)
def test_a_malformed_setting_is_named_with_what_it_means(name: str, value: str, meaning: str) -> None:
    """The variable, its value, and what would be right: enough to mend it."""
    refusal = _refusal(**{name: value})
    assert f"{name}={value!r}" in refusal
    assert meaning in refusal


def test_several_mistakes_are_told_at_once_in_one_line() -> None:
    """Nobody has to start a service three times to find three mistakes."""
    refusal = _refusal(DONDOC_NAT="x", DONDOC_LOG="xml", DONDOC_HTTP_PORT="-1", DONDOC_CALENDAR="auto")
    assert all(name in refusal for name in ("DONDOC_NAT ", "DONDOC_LOG=", "DONDOC_HTTP_PORT="))
    assert "DONDOC_CALENDAR" not in refusal
    assert "\n" not in refusal


def test_a_password_in_a_wrong_address_is_not_shown() -> None:
    """The refusal goes into logs and onto screens."""
    refusal = _refusal(DONDOC_SMTP_URL="smpt://user:secret@mail.example:25")
    assert "secret" not in refusal
    assert "mail.example" in refusal
