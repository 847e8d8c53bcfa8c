"""The compose file fits the code it runs and the files it mounts."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.servers.mongo import REPLICA_SET
from shared.settings import HTTP_PORTS, Settings, read_settings
from tests.harness.tree import ROOT

COMPOSE = ROOT / "deploy" / "compose.yaml"
FILE: dict[str, Any] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
SMTP = "smtp://mail.example:25"
# What is set outside, beside the passwords of NATS' users.
SET = {"DONDOC_SMTP_URL": SMTP, "DONDOC_LINK_SECRET": "a sample secret that signs the links of this test"}


def _environ(service: dict[str, Any]) -> dict[str, str]:
    """What the container gets, where nothing but SET and passwords is set outside."""

    def outside(place: re.Match[str]) -> str:
        return SET.get(place[1], "secret")

    return {
        name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", re.sub(r"\$\{(\w+):\?[^}]*\}", outside, value))
        for name, value in service["environment"].items()
        if value is not None  # passed on from outside, where it is set
    }


def test_every_service_has_a_container_of_its_own() -> None:
    """The four services, each by its own command, one that applies the topology, and one for commands."""
    commands = {name: service["command"] for name, service in OURS.items()}
    assert commands == {name: ["run", name] for name in HTTP_PORTS} | {
        "topology": ["topology", "apply"],
        "desk": ["--help"],
    }


def test_each_goes_to_nats_as_itself() -> None:
    """With the secret that `dondoc agency init` writes under that name; commands and the topology as the operator."""
    for name, service in OURS.items():
        user = name if name in HTTP_PORTS else "operator"
        url = service["environment"]["DONDOC_NATS_URL"]
        assert re.fullmatch(rf"nats://{user}:\$\{{NATS_{user.upper()}:\?[^}}]+\}}@nats:4222", url)


@pytest.mark.parametrize("name", OURS)
def test_its_variables_are_settings(name: str) -> None:
    """A name that the code doesn't know would stop the container at its start."""
    names = {variable.removeprefix("DONDOC_").lower() for variable in OURS[name]["environment"]}
    assert names <= set(Settings.model_fields)
    assert read_settings(_environ(OURS[name])).smtp_url == SMTP


def test_the_replica_set_has_one_name_everywhere() -> None:
    """The configuration of mongod, its initiation, the services' URL and the embedded start agree."""
    mongod: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "mongo" / "mongod.conf").read_text(encoding="utf-8"))
    initiated = re.search(r"_id: '(\w+)'", SERVICES["mongo-init"]["command"][-1])
    url = _environ(SERVICES["reports"])["DONDOC_MONGO_URL"]
    assert initiated is not None
    assert {mongod["replication"]["replSetName"], initiated[1], url.rpartition("=")[2]} == {REPLICA_SET}


def test_services_start_after_what_they_need() -> None:
    """The topology stands and MongoDB takes writes before a service starts."""
    for name in HTTP_PORTS:
        assert set(SERVICES[name]["depends_on"]) == {"topology", "mongo-init"}


def test_what_is_mounted_is_there() -> None:
    """A missing file would be made as a folder by the engine, and the server would fail on it."""
    mounts = [mount.split(":") for service in SERVICES.values() for mount in service.get("volumes", [])]
    files = [COMPOSE.parent / source for source, *_ in mounts if source.startswith("./")]
    assert len(files) == 2
    assert all(file.is_file() for file in files)
    assert {source for source, *_ in mounts if not source.startswith(".")} == set(FILE["volumes"])
    # Where `dondoc agency init` puts it, beside the copy of nats.conf that includes it.
    identity = [(target, *mode) for source, target, *mode in mounts if source == f"../{Settings().identity}"]
    assert identity == [(f"/app/{Settings().identity}",), ("/etc/dondoc/identity", "ro")]


def test_what_others_must_reach_is_published_and_only_here() -> None:
    """Without TLS, and MongoDB without passwords, so nobody else on the network may reach them but through a proxy."""
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {
        "nats": ["127.0.0.1:4222:4222"],
        "submissions": ["127.0.0.1:8102:8100"],
        "notifier": ["127.0.0.1:8103:8100"],
        "reports": ["127.0.0.1:8104:8100"],
    }


def test_images_are_pinned_to_a_version() -> None:
    """What runs next year is what runs today."""
    images = {service["image"] for service in SERVICES.values() if "build" not in service}
    assert all(re.fullmatch(r"[a-z]+:\d[\w.-]*", image) for image in images), images


def test_containers_of_ours_may_do_little() -> None:
    """No capabilities, no new privileges, nothing to write but /tmp."""
    for service in OURS.values():
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["read_only"] is True


def test_no_secret_is_in_it() -> None:
    """Where URLs carry a password, it comes from outside."""
    passwords = re.findall(r"://[^/\s:]+:(.*)@", COMPOSE.read_text(encoding="utf-8"))
    assert len(passwords) == 6
    assert all(re.fullmatch(r"\$\{NATS_[A-Z]+:\?[^}]+\}", one) for one in passwords)


def test_compose_itself_reads_it(tmp_path: Path) -> None:
    """The engine's own reader accepts the file, and refuses it without a mail server, saying what is missing."""
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed")
    command = [program, "-f", str(COMPOSE), "config"]
    environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    environ |= {f"NATS_{user.upper()}": "secret" for user in ("operator", *HTTP_PORTS)}
    good = subprocess.run(command, env=environ | SET, capture_output=True, check=True, text=True)
    assert set(yaml.safe_load(good.stdout)["services"]) == set(SERVICES)
    bad = subprocess.run(command, env=environ, capture_output=True, check=False, text=True)
    assert bad.returncode != 0
    assert "the mail server that takes the reminders" in bad.stderr
