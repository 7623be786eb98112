/** What a part of `archwright embed` is. */
import type { Given, Option } from "../../options.ts";

export interface EmbedVerb {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly Option[];
  readonly run: (given: Given) => Promise<number>;
}

/** The directory that `embed train` has made. */
export const embeddingOption: Option = {
  name: "embedding",
  value: "DIR",
  about: "the directory that embed train has made",
};
