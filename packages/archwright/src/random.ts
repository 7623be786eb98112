/** Seeded random numbers for everything that is not a tensor: shuffles, augmentation, edge orders. */

export type RandomState = readonly [number, number, number, number];

/**
 * xoshiro128** (Blackman & Vigna 2021). The whole state is four 32-bit words, plain JSON, so it can be part of a
 * checkpoint. Independent streams come from {@link Random.stream}: adding draws to one never shifts another.
 */
export class Random {
  #s: Uint32Array;

  private constructor(state: Uint32Array) {
    this.#s = state;
  }

  /** The stream called `name` of the run seeded with `seed` (a safe integer, at least 0). */
  static stream(seed: number, name: string): Random {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`seed must be an integer of at least 0, got ${seed}`);
    // FNV-1a of the name, mixed with both halves of the seed, then SplitMix32 for the four words.
    let hash = 0x811c9dc5;
    for (const char of `${name}\0${seed}`) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193);
    let x = hash >>> 0;
    const state = new Uint32Array(4);
    for (let i = 0; i < 4; i++) {
      x = (x + 0x9e3779b9) >>> 0;
      let z = x;
      z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
      z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
      state[i] = (z ^ (z >>> 16)) >>> 0;
    }
    return new Random(state);
  }

  static restore(state: RandomState): Random {
    return new Random(Uint32Array.from(state));
  }

  save(): RandomState {
    return [...this.#s] as unknown as RandomState;
  }

  /** Uniform 32-bit integer. */
  uint32(): number {
    const s = this.#s;
    const s1 = s[1] as number;
    const result = Math.imul(rotl(Math.imul(s1, 5), 7), 9) >>> 0;
    const t = s1 << 9;
    s[2] = (s[2] as number) ^ (s[0] as number);
    s[3] = (s[3] as number) ^ s1;
    s[1] = s1 ^ (s[2] as number);
    s[0] = (s[0] as number) ^ (s[3] as number);
    s[2] = (s[2] as number) ^ t;
    s[3] = rotl(s[3] as number, 11);
    return result;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6)) / 9007199254740992;
  }

  /** Uniform integer in [0, n), without bias. */
  integer(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296)
      throw new RangeError(`integer(n) needs 1 <= n <= 2^32, got ${n}`);
    const limit = Math.floor(4294967296 / n) * n;
    for (;;) {
      const draw = this.uint32();
      if (draw < limit) return draw % n;
    }
  }

  /** Standard normal (Box-Muller, one value a call, so that the state needs no spare). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** One element, uniformly. */
  pick<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("pick from an empty list");
    return items[this.integer(items.length)] as T;
  }

  /** A uniform permutation of 0..n-1 (Fisher-Yates). */
  permutation(n: number): Uint32Array {
    const order = Uint32Array.from({ length: n }, (_, i) => i);
    for (let i = n - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const held = order[i] as number;
      order[i] = order[j] as number;
      order[j] = held;
    }
    return order;
  }
}

const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));

/** A seed for one purpose of a run, independent of the others. */
export const derivedSeed = (seed: number, purpose: string): number => Random.stream(seed, purpose).uint32();
