/** The real browser that the tests of pages use: headless Chromium with scripts off. */
import { existsSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";

const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/google-chrome"];
/** Undefined where there is none; such tests are skipped. */
export const executablePath = candidates.find((path) => path !== undefined && existsSync(path));

const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"];
flags.push("--disable-component-update", "--disable-sync");

/** A suite's name, which says why it is skipped. */
export const suiteName = (name: string): string =>
  executablePath === undefined ? `${name} (skipped: no Chromium; set CHROMIUM to its path)` : name;

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executablePath as string, args: flags });

export interface Visit {
  readonly page: Page;
  readonly requests: readonly string[];
  /** What the browser's console said. */
  readonly complaints: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens a page, with every fold unfolded where `unfold`. */
export async function visit(
  browser: Browser,
  url: string,
  options: { scheme: "light" | "dark"; width?: number; unfold?: boolean },
): Promise<Visit> {
  const context = await browser.newContext({
    javaScriptEnabled: false,
    colorScheme: options.scheme,
    viewport: { width: options.width ?? 1200, height: 900 },
  });
  const page = await context.newPage();
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => requests.push(request.url()));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  await page.goto(url);
  if (options.unfold === true) {
    await page.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
  }
  return { page, requests, complaints, close: () => context.close() };
}
