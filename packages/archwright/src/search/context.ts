/** What every search in a supernet is given. */
import type { Dataset } from "../data/dataset.ts";
import type { Space } from "../spaces/space.ts";

export interface SearchContext {
  readonly space: Space;
  readonly dataset: Dataset;
  /** Seeds every random draw of the search. */
  readonly seed: number;
  /** `cpu`, `cuda`, `cuda:1`. */
  readonly device: string;
}
