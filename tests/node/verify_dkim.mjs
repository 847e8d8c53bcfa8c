// Says whether the DKIM signature of each mail is right; `record` is what DNS would answer for the key at `name`.
// Input: {"mails": [base64, …], "name": …, "record": …}; output: [true, false, …].
import { createRequire } from "node:module";

const { dkimVerify } = createRequire(import.meta.url)("mailauth/lib/dkim/verify.js");

let given = "";
for await (const piece of process.stdin) given += piece;
const { mails, name, record } = JSON.parse(given);
const resolver = async (asked, type) => (asked === name && type === "TXT" ? [[record]] : []);
const found = [];
for (const mail of mails) {
  const { results } = await dkimVerify(Buffer.from(mail, "base64"), { resolver });
  found.push(results.length === 1 && results[0].status.result === "pass");
}
console.log(JSON.stringify(found));
