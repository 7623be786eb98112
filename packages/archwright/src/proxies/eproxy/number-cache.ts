/** Numbers that several architectures share: targets and initial weights. Kept as arrays, so that nobody has to free them. */

/** About what the targets and heads of one configuration take at most. */
const MOST_BYTES = 256 * 2 ** 20;

export class NumberCache {
  readonly #arrays = new Map<string, Float32Array>();
  #bytes = 0;

  /** What `make` gives, or gave for the same key before. The oldest make room. */
  get(key: string, make: () => Float32Array): Float32Array {
    const known = this.#arrays.get(key);
    if (known !== undefined) return known;
    const made = make();
    for (const [oldest, array] of this.#arrays) {
      if (this.#bytes + made.byteLength <= MOST_BYTES) break;
      this.#arrays.delete(oldest);
      this.#bytes -= array.byteLength;
    }
    this.#arrays.set(key, made);
    this.#bytes += made.byteLength;
    return made;
  }
}
