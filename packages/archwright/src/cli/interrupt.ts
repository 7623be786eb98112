/** Ctrl-C and its kin: the first asks for a clean stop, a later one ends the process at once. */

const numbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;
type StopSignal = keyof typeof numbers;
const signals = Object.keys(numbers) as StopSignal[];

/** npm passes on a Ctrl-C that the terminal sends too: what comes this soon after the first is the same key. */
const SAME_KEY_MILLISECONDS = 500;

export class Interrupt {
  readonly #controller = new AbortController();
  #received: StopSignal | undefined;

  /** `onFirst` is called once, when the stop is asked for. */
  constructor(onFirst: () => void) {
    const listen = (signal: StopSignal): void => {
      if (this.#received !== undefined) return;
      this.#received = signal;
      onFirst();
      this.#controller.abort();
      // Without listeners the system's own action is back: the next signal kills.
      setTimeout(() => this.stopListening(), SAME_KEY_MILLISECONDS).unref();
    };
    this.#listen = listen;
    for (const signal of signals) process.on(signal, listen);
  }

  readonly #listen: (signal: StopSignal) => void;

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** As a shell reports a process that the signal ended: 130 for Ctrl-C. */
  get exitStatus(): number {
    return 128 + numbers[this.#received ?? "SIGINT"];
  }

  stopListening(): void {
    for (const signal of signals) process.off(signal, this.#listen);
  }
}
