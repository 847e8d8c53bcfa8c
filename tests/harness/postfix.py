"""A real Postfix of its own, where one is installed: its folder, its ports, and nothing of the system's."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POSTFIX = shutil.which("postfix", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
MISSING = "Postfix isn't installed (apt-get install postfix), or this isn't root, whom it needs"


def available() -> bool:
    """Whether one can be started here."""
    return POSTFIX is not None and os.geteuid() == 0 and "postfix" in {user.pw_name for user in pwd.getpwall()}


@contextmanager
def postfix(folder: Path, port: int, next_port: int, bounce: str = "/bin/true", **settings: str) -> Iterator[str]:
    """It listens on `port`, and hands what it takes to the server on `next_port`; reports go to the command `bounce`.

    The value is the URL for DONDOC_SMTP_URL. `settings` are Postfix's own. The folder must be reachable by everybody.
    """
    config, queue, data = folder / "etc", folder / "queue", folder / "data"
    for each in (config, queue, data):
        each.mkdir(parents=True)
    shutil.chown(data, "postfix")
    answer(folder)
    own = {
        "compatibility_level": "3.6",
        "queue_directory": str(queue),
        "data_directory": str(data),
        "mail_owner": "postfix",
        "setgid_group": "postdrop",
        "myhostname": "mx.mau.example",
        "mydestination": "",
        "inet_interfaces": "127.0.0.1",
        "inet_protocols": "ipv4",
        "mynetworks": "127.0.0.0/8",
        "relayhost": f"[127.0.0.1]:{next_port}",
        "smtp_dns_support_level": "disabled",
        "recipient_delimiter": "+",
        "smtpd_recipient_restrictions": f"check_recipient_access texthash:{folder}/answers, permit_mynetworks, reject",
        "smtpd_relay_restrictions": "permit_mynetworks, reject",
        "transport_maps": "inline:{{tra-lai@mau.example=report:}}",
        "report_destination_recipient_limit": "1",
        "alias_maps": "",
        "local_recipient_maps": "",
        "maillog_file": str(folder / "mail.log"),
        "maillog_file_prefixes": str(folder),
        **settings,
    }
    (config / "main.cf").write_text("".join(f"{name} = {value}\n" for name, value in own.items()))
    (config / "master.cf").write_text(_MASTER.format(port=port, bounce=bounce))
    order(folder, "start")
    try:
        yield f"smtp://127.0.0.1:{port}?starttls=never"
    finally:
        order(folder, "stop")


def answer(folder: Path, **to: str) -> None:
    """What Postfix says to recipients from its next process on, by the part of the address before @: an action of its
    access maps, such as `450 4.2.0 try again`. All others are taken."""
    lines = [f"{name}@mau.example {action}\n" for name, action in to.items()]
    (folder / "answers").write_text("".join(lines))


def restart(folder: Path) -> None:
    """End its processes, if there are any, so that new ones read the answers."""
    assert POSTFIX is not None
    subprocess.run([POSTFIX, "-c", str(folder / "etc"), "stop"], check=False, capture_output=True)
    order(folder, "start")


def order(folder: Path, what: str) -> None:
    """`start` or `stop`."""
    assert POSTFIX is not None
    subprocess.run([POSTFIX, "-c", str(folder / "etc"), what], check=True, capture_output=True)


_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
report unix - n n - - pipe flags=R user=nobody argv={bounce} --to ${{original_recipient}}
"""
