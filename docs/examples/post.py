"""Post the event of a file to Đôn đốc by NATS and print the receipt.

Exit code: 0 recorded, 1 rejected, 2 no receipt: see why, then post the same again."""

import asyncio
import json
import os
import sys
from pathlib import Path

import nats

SERVER = os.environ.get("NATS_URL", "nats://127.0.0.1:4222")


async def refused(error):
    print(f"NATS: {error}", file=sys.stderr)


async def post(agency, seed, event):
    mine = {"source": event["source"], "id": event["id"]}
    inbox = f"_INBOX_{agency}"
    nc = await nats.connect(SERVER, nkeys_seed=seed, inbox_prefix=inbox, error_cb=refused, max_reconnect_attempts=2)
    try:
        receipts = await nc.subscribe(f"receipts.{agency}.*")
        await nc.jetstream().publish(f"submit.{agency}", json.dumps(event).encode())
        async with asyncio.timeout(30):
            while True:  # others of the agency may post at the same time
                receipt = json.loads((await receipts.next_msg(timeout=30)).data)
                if (receipt.get("data") or {}).get("submission") == mine:
                    return receipt
    finally:
        await nc.close()


try:
    agency, seed, file = sys.argv[1:]
    receipt = asyncio.run(post(agency, seed, json.loads(Path(file).read_text(encoding="utf-8"))))
except Exception as error:
    print(f"No receipt: {str(error) or type(error).__name__}", file=sys.stderr)
    print("Usage: python post.py AGENCY SEED-FILE EVENT-FILE, with NATS_URL in the environment", file=sys.stderr)
    sys.exit(2)
print(json.dumps(receipt, ensure_ascii=False, indent=2))
sys.exit(0 if receipt["type"] == "vn.dondoc.output.recorded.v1" else 1)
