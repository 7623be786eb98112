/** The most multiply-accumulates that backbones of a space have: what Eproxy's FLOPs term is measured by. */
import { Random } from "../random.ts";
import { type ArchitectureSpace, backboneCost } from "./architecture-space.ts";

/** Spaces of at most so many architectures are gone through, of others so many are drawn. */
const MOST_ENUMERATED = 20_000n;
const DRAWN = 1000;

const known = new WeakMap<ArchitectureSpace, Map<number, number>>();

/**
 * Of all architectures of a small space, else of a thousand random ones, the same ones every time. Released code has the most of
 * the architectures that its authors had (eproxy-dps §2.2), so a share may exceed 1.
 */
export function mostBackboneMacs(space: ArchitectureSpace, classes: number): number {
  const byClasses = known.get(space) ?? new Map<number, number>();
  known.set(space, byClasses);
  const found = byClasses.get(classes) ?? counted(space, classes);
  byClasses.set(classes, found);
  return found;
}

function counted(space: ArchitectureSpace, classes: number): number {
  let most = 0;
  for (const architecture of looked(space)) most = Math.max(most, backboneCost(space, architecture, classes).macs);
  return most;
}

function* looked(space: ArchitectureSpace): Generator<unknown> {
  const { size, enumerate } = space;
  if (enumerate !== undefined && size !== undefined && size <= MOST_ENUMERATED) {
    yield* enumerate.call(space);
    return;
  }
  const random = Random.stream(0, `most macs/${space.name}`);
  for (let i = 0; i < DRAWN; i++) yield space.random(random);
}
