// A certified OpenID Connect provider for tests: whoever signs in with an address has that one, verified unless it
// begins with `unverified`. Arguments: port, client, secret, address to come back to, "token" or "userinfo" for where
// the address is told. Says `ready` when it listens.
import { Provider } from "oidc-provider";

const [port, client, secret, back, told] = process.argv.slice(2);
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: client, client_secret: secret, redirect_uris: [back] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  conformIdTokenClaims: told === "userinfo",
  pkce: { required: () => true },
  cookies: { keys: ["tests"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: !id.startsWith("unverified"), name: id }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
