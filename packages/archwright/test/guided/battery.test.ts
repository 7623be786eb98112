/** What holds of every guided method with real networks: finite, deterministic, resumable to the bit, leak-free. */
import { setThreads } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it, test } from "vitest";
import { prepareSearch } from "../../src/assembly/prepare.ts";
import type { MethodRequest } from "../../src/assembly/request.ts";
import { noiseDataset } from "../../src/data/noise.ts";
import { findMethod, guidedMethods } from "../../src/methods/registry.ts";
import { measureLatency } from "../../src/networks/latency.ts";
import { Random } from "../../src/random.ts";
import type { SearchEvent } from "../../src/search/events.ts";
import { type ArchitectureSpace, architectureCost, cellArchitectures } from "../../src/spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../src/spaces/architecture-spaces.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { fromScore } from "../../src/statistics/score.ts";
import { finish, ofType, restoreStored, type Stored, stored } from "../methods/support.ts";
import { sized } from "../networks/support.ts";

// Networks this small gain nothing from a second thread.
setThreads(1);

/** Seconds each, but more on a machine with other work. */
const PATIENT = { timeout: 240_000 };

const noise = noiseDataset({ count: 32, size: 32, classes: 3, seed: 1 });
/** What the networks of these searches are for: the images' classes, and the size at which they are scored. */
const counted = { classes: 3, imageSize: 8 };
const tiny = { evaluations: 9, batch: 4, imageSize: 8, population: 4, tournament: 2 };
const small201 = cellArchitectures(sized(nasbench201, 4, 1)) as ArchitectureSpace;

interface Asked extends MethodRequest {
  readonly space?: ArchitectureSpace;
  readonly seed?: number;
}

function newSearch({ space = small201, seed = 1, set = {}, ...request }: Asked) {
  const own = Object.entries({ ...tiny, ...set }).filter(
    ([key]) => request.method === "evolution" || !["population", "tournament"].includes(key),
  );
  const prepared = prepareSearch(findMethod(request.method), { ...request, set: Object.fromEntries(own) }, space);
  return prepared.create({ dataset: noise, seed, device: "cpu" });
}

/** The one that needs a latent space has a test of its own. */
const unaided = guidedMethods.map(({ name }) => name).filter((name) => name !== "svge-bo");

describe.each(unaided)("%s", (method) => {
  it.each([
    ["nasbench201", small201, "az_nas"],
    ["nasbench-macro", findArchitectureSpace("nasbench-macro"), "nwot"],
    ["nds-enas", findArchitectureSpace("nds-enas"), "macs"],
  ] as const)("in %s ends with an architecture of the space, the same for the same seed", (_, space, fitness) => {
    const asked = { method, space, set: { fitness } };
    const events = finish(newSearch(asked));
    const [answer] = ofType(events, "answer");
    expect(events.at(-1)).toBe(answer);
    expect(ofType(events, "candidate")).toHaveLength(tiny.evaluations);
    expect(space.format(space.parse(answer?.architecture as string))).toBe(answer?.architecture);
    expect(answer?.cells === undefined).toBe(space.name === "nasbench-macro");
    for (const { scores, note } of ofType(events, "candidate")) {
      // A cell of zeros has no score, and says why.
      if (note === undefined) expect(Object.values(scores).map(fromScore).every(Number.isFinite)).toBe(true);
    }
    expect(finish(newSearch(asked))).toEqual(events);
    expect(finish(newSearch({ ...asked, seed: 2 }))).not.toEqual(events);
  });

  it("continues from any step to the same events and the same state", () => {
    const asked = { method, set: { fitness: "synflow+nwot" } };
    const running = newSearch(asked);
    const states: Stored[] = [];
    const events: (readonly SearchEvent[])[] = [];
    while (!running.finished) {
      states.push(stored(running.save()));
      events.push(running.step());
    }
    const end = stored(running.save());
    running.dispose();
    for (const [n, state] of states.entries()) {
      const later = newSearch(asked);
      restoreStored(later, state);
      const rest: SearchEvent[] = [];
      while (!later.finished) rest.push(...later.step());
      expect(rest, `from step ${n}`).toEqual(events.slice(n).flat());
      expect(stored(later.save())).toEqual(end);
      later.dispose();
    }
  });

  it("leaves nothing behind where nothing keeps the limits", () => {
    expect(() => newSearch({ method, maxMacs: 10 })).toThrow(/within --max-macs 10 was found/);
  });
});

test("scores are those of the architecture alone: of the same seed, in whatever search it comes up", () => {
  const scoresBy = (method: string) =>
    ofType(finish(newSearch({ method })), "candidate").map(
      ({ architecture, scores }) => [architecture, scores] as const,
    );
  const drawn = new Map(scoresBy("random"));
  const both = scoresBy("evolution").filter(([architecture]) => drawn.has(architecture));
  expect(both.length).toBeGreaterThanOrEqual(tiny.population);
  for (const [architecture, scores] of both) expect(scores).toEqual(drawn.get(architecture));
});

test("evolution by parameters under a limit of parameters comes to the best percent of all within it", PATIENT, () => {
  const space = findArchitectureSpace("nasbench201");
  const maxParams = 700_000;
  const counts = [...(space.enumerate?.() ?? [])].map(
    (architecture) => architectureCost(space, architecture, counted).parameters,
  );
  const allowed = counts.filter((count) => count <= maxParams).sort((a, b) => a - b);
  expect(counts).toHaveLength(15_625);
  const percentile99 = allowed[Math.floor(allowed.length * 0.99)] as number;
  const set = { fitness: "params", evaluations: 150, population: 20, tournament: 8, batch: 2 };
  const events = finish(newSearch({ method: "evolution", space, maxParams, set }));
  const [answer] = ofType(events, "answer");
  const found = architectureCost(space, space.parse(answer?.architecture as string), counted).parameters;
  const [candidate] = ofType(events, "candidate");
  const first = space.parse(candidate?.architecture as string);
  expect(candidate).toMatchObject(architectureCost(space, first, counted));
  expect(found).toBeLessThanOrEqual(maxParams);
  expect(found).toBeGreaterThanOrEqual(percentile99);
});

test("a latency is a time above zero, in spaces of either kind of network", PATIENT, () => {
  const macro = findArchitectureSpace("nasbench-macro");
  expect(measureLatency(macro, macro.parse("00000000"), macro.defaults, "cpu")).toBeGreaterThan(0);
  const s4 = findArchitectureSpace("s4");
  expect(measureLatency(s4, s4.random(Random.stream(1, "test")), s4.defaults, "cpu")).toBeGreaterThan(0);
});
