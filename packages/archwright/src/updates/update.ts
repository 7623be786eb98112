/** An update: how α and the supernet's weights move before the selection. */
import type { Part } from "../methods/method.ts";
import type { SearchModel } from "../methods/model.ts";
import type { Search } from "../methods/search.ts";

export interface Update extends Part {
  /** The training of `model`, as units of work that change it in place; undefined if there is nothing to do. */
  readonly start: (model: SearchModel, settings: Readonly<Record<string, unknown>>) => Search | undefined;
}
