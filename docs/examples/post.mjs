// Post the event of a file to Đôn đốc by NATS and print the receipt.
// Exit code: 0 recorded, 1 rejected, 2 no receipt: see why, then post the same again.
import { readFileSync } from "node:fs";
import { connect, nkeyAuthenticator } from "@nats-io/transport-node";
import { CloudEvent } from "cloudevents";

async function post(agency, seedFile, eventFile) {
  const event = new CloudEvent(JSON.parse(readFileSync(eventFile, "utf8")));
  const seed = new TextEncoder().encode(readFileSync(seedFile, "utf8").trim());
  const nc = await connect({
    servers: process.env.NATS_URL ?? "nats://127.0.0.1:4222",
    authenticator: nkeyAuthenticator(seed),
    inboxPrefix: `_INBOX_${agency}`,
    reconnect: false,
  });
  try {
    const receipts = nc.subscribe(`receipts.${agency}.*`);
    const stored = (await nc.request(`submit.${agency}`, JSON.stringify(event), { timeout: 5_000 })).json();
    if (stored.error) throw new Error(stored.error.description);
    setTimeout(() => receipts.unsubscribe(), 30_000).unref();
    for await (const message of receipts) {
      const receipt = message.json(); // others of the agency may post at the same time
      const { source, id } = receipt.data?.submission ?? {};
      if (source !== event.source || id !== event.id) continue;
      console.log(JSON.stringify(receipt, null, 2));
      return new CloudEvent(receipt).type === "vn.dondoc.output.recorded.v1" ? 0 : 1;
    }
    throw new Error("none came within 30 seconds");
  } finally {
    await nc.close();
  }
}

process.exitCode = await post(...process.argv.slice(2)).catch((error) => {
  console.error(`No receipt: ${error.message}`);
  console.error("Usage: node post.mjs AGENCY SEED-FILE EVENT-FILE, with NATS_URL in the environment");
  return 2;
});
