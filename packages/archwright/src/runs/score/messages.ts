/** What a scoring process and the one that started it say to each other. */
import type { Configuration } from "../../proxies/eproxy/configuration.ts";
import type { ImageBlock } from "../../proxies/minibatch.ts";
import type { ErrorRecord } from "../messages.ts";

/** What a process scores with. */
export interface ScoringTask {
  readonly space: string;
  readonly network: string;
  readonly proxies: readonly string[];
  readonly block: ImageBlock;
  /** Height and width to which the images are scaled. */
  readonly imageSize: number;
  readonly classes: number;
  readonly seed: number;
  readonly device: string;
}

export type ScoringOrder =
  | { readonly type: "start"; readonly task: ScoringTask }
  | {
      readonly type: "score";
      readonly architecture: string;
      /** Of an Eproxy that takes the place of the task's proxies. */
      readonly configuration?: Configuration;
    };

/** In the order of the proxies; undefined where a proxy failed. */
export interface Scores {
  readonly scores: readonly (number | undefined)[];
  readonly note?: string;
}

export type ScoringReply =
  | { readonly type: "ready"; readonly libtorch: string }
  | ({ readonly type: "scores" } & Scores)
  | { readonly type: "error"; readonly error: ErrorRecord };
