"""Keys as every NATS library reads them."""

import base64

import pytest

from deploy.identity import nkey

# Made by the library nkeys 0.2.1 from the bytes 0 to 31, with its signature of `nonce`.
SEED = "SUAAAAICAMCAKBQHBAEQUCYMBUHA6EARCIJRIFIWC4MBSGQ3DQOR4H776Y"
PUBLIC = "UAB2CB576PHBBPQ5ODORRZ2LYCMWPZGWGCN2KDK7DXOIMZASKUY3RLKK"
SIGNATURE = "+HTq4d6DDHVNb8MsTRAZtSIa0vXA/yuZblwTA7JT5wYzmKBxJ2wpYfjHh7hcptZlidbVw/6ZLyubjm/yDk+OCQ=="


def test_a_seed_gives_the_public_key_and_the_signature_that_others_expect() -> None:
    assert nkey.public_key(SEED) == PUBLIC
    assert base64.b64encode(nkey.sign(SEED, b"nonce")).decode() == SIGNATURE


def test_each_seed_is_new_and_a_users() -> None:
    seeds = {nkey.new_seed() for _ in range(10)}
    assert len(seeds) == 10
    assert all(seed.startswith("SU") and nkey.public_key(seed).startswith("U") for seed in seeds)


@pytest.mark.parametrize(
    "wrong", ["", "nothing", PUBLIC, SEED[:-1] + "A", SEED.replace("SU", "SA", 1), "S1" + SEED[2:]]
)
def test_what_is_no_users_seed_is_refused(wrong: str) -> None:
    """A public key, another kind's seed, a slip of the pen: the checksum tells."""
    with pytest.raises(ValueError, match="NATS seed"):
        nkey.public_key(wrong)
