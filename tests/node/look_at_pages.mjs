// Looks at pages as a person with a browser does. On the standard input: {"pages": [{"name", "url", "fill", "press"}],
// "widths", "schemes", "shots", "enter", "cookies"}. `enter` is an address that is opened first, for the cookie that it
// sets, or null; `cookies` are there from the beginning. `fill` is what is typed into which field by the keyboard alone,
// from the top of the page, or, of radio buttons, which one is chosen by their name; `press` is on the button that then
// sends the form by the keyboard (the first one if left out); the page that follows is looked at. `shots` is a folder for
// pictures, or null.
// On the standard output: {"which", "pages": [{"name", "scheme", "width", "url", "heading", "violations", "overflow",
// "errors", "focused", "small", "unseen"}]}.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { launch } from "./browser.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] };
const MOST_TABS = 200;

const { pages, widths, schemes, shots, enter, cookies } = JSON.parse(readFileSync(0, "utf8"));
const { which, browser } = await launch();
const looked = [];
if (cookies.length) await browser.setCookie(...cookies);

if (enter) {
  const page = await browser.newPage();
  await page.goto(enter, { waitUntil: "load" });
  await page.close();
}

for (const { name, url, fill, press } of pages) {
  const page = await browser.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.setViewport({ width: widths[0], height: 800 });
  await page.goto(url, { waitUntil: "load" });
  const unseen = fill ? await sendByKeyboard(page, fill, press) : [];
  for (const width of widths) {
    for (const scheme of schemes) {
      await page.setViewport({ width, height: 800 });
      await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
      if (shots) await page.screenshot({ path: join(shots, `${name}-${width}-${scheme}.png`), fullPage: true });
      looked.push({ name, scheme, width, unseen, errors, ...(await judged(page)) });
    }
  }
  await page.close();
}
await browser.close();
console.log(JSON.stringify({ which, pages: looked }));

/** Tab from field to field, type, and press the button. The fields on which the focus couldn't be seen. */
async function sendByKeyboard(page, fill, press) {
  const unseen = [];
  const waiting = new Map(Object.entries(fill));
  for (let tab = 0; tab < MOST_TABS; tab++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const style = getComputedStyle(document.activeElement);
      const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const { id, name, type, tagName: tag, textContent: text } = document.activeElement;
      return { id, name, type, tag, text, seen };
    });
    if (!at.seen) unseen.push(`${at.tag} ${at.id}`);
    if (at.type === "radio" && waiting.has(at.name)) {
      await choose(page, waiting.get(at.name));
      waiting.delete(at.name);
    } else if (waiting.has(at.id)) {
      await page.keyboard.type(waiting.get(at.id));
      waiting.delete(at.id);
    }
    if (at.tag === "BUTTON" && (!press || at.text.includes(press))) {
      if (waiting.size) throw new Error(`the keyboard doesn't reach ${[...waiting.keys()]}`);
      await Promise.all([page.waitForNavigation({ waitUntil: "load" }), page.keyboard.press("Enter")]);
      return unseen;
    }
  }
  throw new Error("the keyboard doesn't reach the button");
}

/** Of the radio buttons that have the focus, the one of that value, by arrows. */
async function choose(page, value) {
  await page.keyboard.press("Space");
  for (let down = 0; down < MOST_TABS; down++) {
    if ((await page.evaluate(() => document.activeElement.value)) === value) return;
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`no arrow leads to ${value}`);
}

/** What axe finds, and what it doesn't look for: a page wider than its window, and targets that a thumb can't hit. */
async function judged(page) {
  // The page's policy lets no script in, so this one comes by the browser's own tools.
  await page.evaluate(AXE);
  return page.evaluate(async (rules) => {
    const { violations } = await globalThis.axe.run(document, rules);
    const targets = [...document.querySelectorAll("input:not([type=hidden]), textarea, button, main a")].map((one) => [
      one.id || one.textContent.trim(),
      one.getBoundingClientRect(),
    ]);
    return {
      url: location.pathname.split("/").slice(0, 3).join("/"),
      heading: document.querySelector("h1").textContent,
      focused: document.activeElement.className,
      overflow: document.documentElement.scrollWidth - innerWidth,
      small: targets.filter(([, box]) => box.width < 24 || box.height < 24).map(([name]) => name),
      violations: violations.map((one) => ({
        id: one.id,
        help: one.help,
        nodes: one.nodes.map((node) => `${node.html.slice(0, 200)} ${node.failureSummary}`),
      })),
    };
  }, RULES);
}
