/** Searches on small networks, saved and continued as a run does it. */
import { decodeSafetensors, encodeSafetensors, scope } from "@archwright/torch";
import { expect } from "vitest";
import { createSearch } from "../../src/assembly/create.ts";
import type { MethodRequest } from "../../src/assembly/request.ts";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { findRecipe } from "../../src/methods/registry.ts";
import type { SearchEvent } from "../../src/search/events.ts";
import type { Search, SearchState } from "../../src/search/search.ts";
import type { Space } from "../../src/spaces/space.ts";

export interface Asked extends MethodRequest {
  readonly space: Space;
  readonly data: Dataset;
  readonly seed?: number;
}

export function newSearch({ space, data, seed = 1, ...request }: Asked): Search {
  return createSearch(resolveMethod(findRecipe(request.method), request, space), {
    space,
    dataset: data,
    seed,
    device: "cpu",
  });
}

/** All events to the end; the search is disposed of. */
export function finish(running: Search): SearchEvent[] {
  const events: SearchEvent[] = [];
  while (!running.finished) {
    events.push(...running.step());
    const { done, total } = running.progress;
    expect(done).toBeLessThanOrEqual(total);
  }
  const { done, total } = running.progress;
  expect(done).toBe(total);
  running.dispose();
  return events;
}

/** A state as a checkpoint keeps it: bytes and text. */
export interface Stored {
  readonly tensors: Uint8Array;
  readonly json: string;
}

export function stored(state: SearchState): Stored {
  return { tensors: encodeSafetensors(state.tensors), json: JSON.stringify(state.json) };
}

/** Puts a search where a stored state was. */
export function restoreStored(search: Search, { tensors, json }: Stored): void {
  scope(() => search.restore({ tensors: decodeSafetensors(tensors).tensors, json: JSON.parse(json) as unknown }));
}

/** A search made anew, continued from a stored state. */
export function continued(asked: Asked, state: Stored): Search {
  const fresh = newSearch(asked);
  restoreStored(fresh, state);
  return fresh;
}

export const ofType = <T extends SearchEvent["type"]>(events: readonly SearchEvent[], type: T) =>
  events.filter((event): event is Extract<SearchEvent, { type: T }> => event.type === type);
