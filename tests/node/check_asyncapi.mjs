// What the official parser says of the AsyncAPI document on the standard input: its diagnostics as JSON, each with
// `severity` (0 error, 1 warning, 2 information, 3 hint), `code`, `message` and `path`, and which channels it read.
import { readFileSync } from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(readFileSync(0, "utf8"));
const channels = document?.channels().all().map((channel) => channel.address()) ?? [];
console.log(JSON.stringify({ diagnostics, channels }));
