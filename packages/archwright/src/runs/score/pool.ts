/** Processes that score architectures side by side. One that is killed is replaced, and the others do not notice. */
import type { Configuration } from "../../proxies/eproxy/configuration.ts";
import type { Scores, ScoringTask } from "./messages.ts";
import { ProcessEnded, Scorer } from "./scorer.ts";

export class ScoringPool implements AsyncDisposable {
  readonly #task: ScoringTask;
  readonly #scorers: Set<Scorer>;
  readonly #idle: Scorer[];
  readonly #waiting: ((scorer: Scorer) => void)[] = [];
  #stopped = false;

  private constructor(task: ScoringTask, scorers: readonly Scorer[]) {
    this.#task = task;
    this.#scorers = new Set(scorers);
    this.#idle = [...scorers];
  }

  /** Rejects for what is wrong with the task. */
  static async start(task: ScoringTask, size: number): Promise<ScoringPool> {
    const started = await Promise.allSettled(Array.from({ length: size }, () => Scorer.start(task, size)));
    const scorers = started.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failed = started.find((one) => one.status === "rejected");
    if (failed === undefined) return new ScoringPool(task, scorers);
    await Promise.all(scorers.map((scorer) => scorer.stop()));
    throw failed.reason;
  }

  /** Version of the libtorch that scores. */
  get libtorch(): string {
    return [...this.#scorers][0]?.libtorch ?? "";
  }

  /**
   * Scores one architecture as soon as a process is free; undefined if `cancelled` by then. One whose process is killed is
   * tried once more. Rejects for an error that is not the architecture's.
   * - `configuration`: of an Eproxy that takes the place of the task's proxies.
   */
  async score(
    architecture: string,
    cancelled: () => boolean,
    configuration?: Configuration,
  ): Promise<Scores | undefined> {
    for (let attempt = 1; ; attempt++) {
      const scorer = await this.#free();
      try {
        return cancelled() ? undefined : await scorer.score(architecture, configuration);
      } catch (error) {
        if (!(error instanceof ProcessEnded) || this.#stopped) throw error;
        if (attempt === 2) return lost(this.#task, error.message);
      } finally {
        await this.#release(scorer);
      }
    }
  }

  async #free(): Promise<Scorer> {
    return this.#idle.pop() ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** A process that has ended is replaced by a new one. */
  async #release(scorer: Scorer): Promise<void> {
    if (this.#stopped) return;
    let own = scorer;
    if (scorer.ended) {
      this.#scorers.delete(scorer);
      own = await Scorer.start(this.#task, this.#scorers.size + 1);
      this.#scorers.add(own);
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#idle.push(own);
    else next(own);
  }

  /** What is being scored is given up. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#scorers].map((scorer) => scorer.stop()));
  }
}

const lost = ({ proxies }: ScoringTask, end: string): Scores => ({
  scores: proxies.map(() => undefined),
  note: `the process that scored it ended twice (${end}), probably for want of memory: try fewer --workers or a smaller --batch`,
});
