// A headless Chromium for tests: the one that comes as a package, with the libraries that come along; where that doesn't
// start, one that is on the search path. Everything it unpacks goes to TMPDIR.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer from "puppeteer-core";

// By this the package takes itself to be where none of a browser's libraries are installed, and unpacks its own.
process.env.AWS_EXECUTION_ENV = "AWS_Lambda_nodejs22.x";
const { default: packaged } = await import("@sparticuz/chromium");
// Its own names a folder of fonts that isn't where it unpacks them; a browser without any shows no text at all.
process.env.FONTCONFIG_FILE = join(tmpdir(), "with-fonts.conf");
writeFileSync(
  process.env.FONTCONFIG_FILE,
  `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>/usr/share/fonts</dir>
<dir>${join(tmpdir(), "fonts")}</dir><cachedir>${join(tmpdir(), "fonts-cache")}</cachedir></fontconfig>`,
);

const ARGUMENTS = ["--no-sandbox", "--no-zygote", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"];
const INSTALLED = ["chromium", "chromium-browser", "google-chrome"];

/** The browser, and which one it is: `packaged` or `installed`. Throws where there is none that starts. */
export async function launch() {
  const failures = [];
  for (const [which, find] of [["packaged", () => packaged.executablePath()], ["installed", installed]]) {
    try {
      const executablePath = await find();
      const headless = which === "packaged" ? "shell" : true;
      return { which, browser: await puppeteer.launch({ executablePath, headless, args: ARGUMENTS }) };
    } catch (error) {
      failures.push(`${which}: ${error.message}`);
    }
  }
  throw new Error(`no Chromium starts; ${failures.join("; ")}`);
}

function installed() {
  const found = INSTALLED.find((name) => spawnSync("which", [name]).status === 0);
  if (!found) throw new Error(`none of ${INSTALLED.join(", ")} is on the search path`);
  return spawnSync("which", [found]).stdout.toString().trim();
}
