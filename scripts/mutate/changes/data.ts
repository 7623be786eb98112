/** Changes of `data/`. */
import { changesOf } from "../change.ts";

export const data = [
  ...changesOf(
    "data/sampler",
    ["data/sampler"],
    [
      ["setting", "this.#independent = options.independent ?? false;", "this.#independent = false;"],
      ["default", "this.#shuffle = options.shuffle ?? true;", "this.#shuffle = options.shuffle ?? false;"],
      ["off-by-one", "return this.#exhausted ? this.#epoch + 1 : this.#epoch;", "return this.#epoch;"],
      ["omission", "      this.#orderState = this.#shuffleStream.save();", ""],
      ["omission", "order: this.#orderState,", "order: this.#shuffleStream.save(),"],
      ["omission", "parted(round, order.subarray(start - begun, start), this.batchSize - begun);", ""],
      ["order", "const begun = start % this.batchSize;", "const begun = 0;"],
      ["off-by-one", "{ length }, (_, i) => start + i", "{ length }, (_, i) => start + i - (i > 0 ? 1 : 0)"],
      ["order", "/augmentation`);", "/shuffle`);"],
    ],
  ),
  ...changesOf(
    "data/augment",
    ["data/augment"],
    [
      [
        "off-by-one",
        "const dy = pad > 0 ? random.integer(2 * pad + 1)",
        "const dy = pad > 0 ? random.integer(2 * pad)",
      ],
      ["omission", "const step = mirrored ? -channels : channels;", "const step = channels;"],
      ["constant", "flip: true, cutout: 0 };", "flip: false, cutout: 0 };"],
      ["constant", "flip: true, cutout: 16 };", "flip: true, cutout: 8 };"],
      ["constant", "out[at + c] = table[c << 8] as number;", "out[at + c] = 0;"],
    ],
  ),
  ...changesOf(
    "data/statistics",
    ["data/statistics"],
    [
      ["constant", "mean: [0.49139968, 0.48215827, 0.44653124],", "mean: [0.49139968, 0.48215827, 0.4914],"],
      ["sign", "squares / pixels - average * average", "squares / pixels + average * average"],
      ["constant", "variance < 1e-9 ? 1 : Math.sqrt(variance) / 255", "Math.sqrt(variance) / 255"],
    ],
  ),
  ...changesOf(
    "data/prepare",
    ["data/open"],
    [
      ["omission", "for (let r = 0; r < repeat; r++) out.images[to++] = value;", "out.images[to++] = value;"],
      ["omission", "dataset.train.channels === channels ? values : ", ""],
    ],
  ),
  ...changesOf("data/idx", ["data/idx"], [["off-by-one", "view.getUint32(4 + 4 * i)", "view.getUint32(4 * i)"]]),
  ...changesOf(
    "data/cifar",
    ["data/cifar"],
    [
      ["order", "planes[from + PLANE + i]", "planes[from + 2 * PLANE + i]"],
      ["order", "sort((a, b) => number(a) - number(b))", "sort()"],
      [
        "off-by-one",
        "if (label >= (format.labelRanges[i] as number))",
        "if (label > (format.labelRanges[i] as number))",
      ],
    ],
  ),
  ...changesOf("data/folder/decode", ["data/folder"], [["omission", ".autoOrient()", ""]]),
  ...changesOf(
    "data/folder/layout",
    ["data/folder"],
    [["omission", "const label = classes.indexOf(folder);", "const label = folders.indexOf(folder);"]],
  ),
  ...changesOf(
    "data/minibatches",
    ["proxies/score-architecture", "data/sampler", "data/open"],
    [
      ["half", "new Batches(dataset.train, {", "new Batches(dataset.test ?? dataset.train, {"],
      ["mode", "augmentation: SEARCH_AUGMENTATION,", ""],
      ["constant", "const OWN_SIZE = 32;", "const OWN_SIZE = 28;"],
    ],
  ),
  ...changesOf("data/noise", ["data/open"], [["constant", "const SIGMA = 42.5;", "const SIGMA = 30;"]]),
  ...changesOf(
    "data/split",
    ["data/split"],
    [
      [
        "half",
        "{ train: slice(train, 0, middle), valid: slice(train, middle, train.count) }",
        "{ train: slice(train, 0, middle), valid: slice(train, 0, middle) }",
      ],
      ["off-by-one", "const middle = Math.floor(train.count / 2);", "const middle = Math.ceil(train.count / 2);"],
      ["omission", "if (alone.length > 0) {", "if (false) {"],
      ["omission", "if (sizes.size === 1) {", "if (false) {"],
    ],
  ),
  ...changesOf(
    "data/order",
    ["data/split"],
    [
      ["constant", "const TOLERANCE = 0.1;", "const TOLERANCE = 1;"],
      ["constant", "const TOLERANCE = 0.1", "const TOLERANCE = 0"],
      [
        "off-by-one",
        "Math.abs((before + 1) / size - (index + 1) / labels.length)",
        "Math.abs((before + 1) / size - index / labels.length)",
      ],
      ["omission", "size % 2 === 0 ? u : u / 2 + (odd++ % 2 === 0 ? 0.5 : 0)", "u"],
      [
        "omission",
        "const shuffled = random.permutation(labels.length);",
        "const shuffled = Uint32Array.from(labels.keys());",
      ],
    ],
  ),
];
