/** The stock PyTorch program as a process that runs one repeat for every line it is sent. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("stock/run.py", import.meta.url));

export class StockProgram {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  version = "unknown";

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  }

  /** Starts the program and lets it warm up with one repeat. Throws if Python or torch is missing. */
  static async start(python: string, name: string, threads: number): Promise<StockProgram> {
    const args = [program, "--case", name, "--threads", String(threads), "--warmup", "2", "--serve"];
    const child = spawn(python, args, { stdio: ["pipe", "pipe", "inherit"] });
    const failed = new Promise<never>((_, reject) => child.once("error", reject));
    const stock = new StockProgram(child);
    await Promise.race([stock.repeat(), failed]);
    return stock;
  }

  /** One repeat; its seconds as the program measured them. */
  async repeat(): Promise<number> {
    this.#child.stdin?.write("\n");
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`the stock program stopped; does its Python have torch? (pass --python PATH)`);
    const record = JSON.parse(value) as { seconds: number[]; torch: string };
    this.version = record.torch;
    return record.seconds[0] as number;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.stdin?.end();
    await ended;
  }
}
