/** A search that decides nothing worth knowing, but deterministically, and whose answer depends on all of its state. */
import { add, detachFromScope, scope, type Tensor, tensor } from "@archwright/torch";
import { Random, type RandomState } from "../../src/random.ts";
import type { SearchEvent } from "../../src/search/events.ts";
import type { Search, SearchState } from "../../src/search/search.ts";
import { randomArchitecture } from "../../src/spaces/sampling.ts";
import type { Space } from "../../src/spaces/space.ts";

interface Json {
  readonly done: number;
  readonly random: RandomState;
}

export interface FakeOptions {
  readonly seed: number;
  readonly steps: number;
  /** Called at the start of each step. */
  readonly onStep?: (done: number) => void;
}

export class FakeSearch implements Search {
  readonly #space: Space;
  readonly #options: FakeOptions;
  #random: Random;
  #done = 0;
  /** A running sum of random numbers: any step lost or done twice shows in every later event. */
  #sum: Tensor = detachFromScope(tensor([0, 0], [2], { dtype: "float64" }));

  constructor(space: Space, options: FakeOptions) {
    this.#space = space;
    this.#options = options;
    this.#random = Random.stream(options.seed, "fake");
  }

  get progress() {
    return { done: this.#done, total: this.#options.steps, label: "pretending" };
  }

  get finished(): boolean {
    return this.#done >= this.#options.steps;
  }

  step(): SearchEvent[] {
    this.#options.onStep?.(this.#done);
    const proposal = this.#done++;
    const cells = randomArchitecture(this.#space, this.#random);
    const architecture = this.#space.format(cells);
    const before = this.#sum;
    const draws = [this.#random.normal(), this.#random.uniform()];
    this.#sum = scope(() => detachFromScope(add(before, tensor(draws, [2], { dtype: "float64" }))));
    before.dispose();
    const [score] = this.#sum.toArray();
    const events: SearchEvent[] = [
      { type: "proposal", proposal, architecture, cells },
      { type: "validation", proposal, architecture, batches: 1, score: score as number },
    ];
    return this.finished ? [...events, { type: "answer", proposal, architecture, cells }] : events;
  }

  save(): SearchState {
    const json: Json = { done: this.#done, random: this.#random.save() };
    return { tensors: { sum: this.#sum }, json };
  }

  restore({ tensors, json }: SearchState): void {
    const { done, random } = json as Json;
    this.#done = done;
    this.#random = Random.restore(random);
    this.#sum.dispose();
    const saved = (tensors.sum as Tensor).toArray();
    this.#sum = detachFromScope(tensor(saved, [2], { dtype: "float64" }));
  }

  dispose(): void {
    this.#sum.dispose();
  }
}
