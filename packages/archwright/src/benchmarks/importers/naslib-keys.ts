/** NASLib's architecture tuples as the texts of our spaces; undefined for what is no such tuple. */

/** By space. The order of operations is that of the library's code for each space, which differs from ours. */
export const naslibKeys: Readonly<Record<string, (key: string) => string | undefined>> = {
  nasbench101,
  nasbench201,
  darts,
  "transnasbench101-micro": (key) => (numbersOf(key)?.length === 6 ? key : undefined),
  "transnasbench101-macro": (key) => (numbersOf(key)?.length === 6 ? key : undefined),
};

/** Row-major 7×7 matrix, then the labels of the vertices. */
function nasbench101(key: string): string | undefined {
  const labels = ["input", "output", "maxpool3x3", "conv1x1-bn-relu", "conv3x3-bn-relu"];
  const numbers = numbersOf(key);
  const size = numbers === undefined ? 0 : (Math.sqrt(1 + 4 * numbers.length) - 1) / 2;
  if (numbers === undefined || !Number.isInteger(size)) return undefined;
  const names = numbers.slice(size * size).map((label) => labels[label]);
  return names.includes(undefined) ? undefined : `${numbers.slice(0, size * size).join("")} ${names.join(",")}`;
}

/** Operations of the edges 0→1, 0→2, 0→3, 1→2, 1→3, 2→3: by source, where the strings go by target. */
function nasbench201(key: string): string | undefined {
  const operations = ["skip_connect", "none", "nor_conv_3x3", "nor_conv_1x1", "avg_pool_3x3"];
  const numbers = numbersOf(key);
  const [a, b, c, d, e, f] = (numbers ?? []).map((index) => operations[index]);
  if (numbers?.length !== 6 || [a, b, c, d, e, f].includes(undefined)) return undefined;
  return `|${a}~0|+|${b}~0|${d}~1|+|${c}~0|${e}~1|${f}~2|`;
}

/** (source, operation) pairs of the normal cell, then of the reduction cell. */
function darts(key: string): string | undefined {
  const operations = [
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
  ];
  const numbers = numbersOf(key);
  if (numbers?.length !== 32) return undefined;
  const pairs = Array.from({ length: 16 }, (_, i) => {
    const operation = operations[numbers[2 * i + 1] as number];
    return operation === undefined ? undefined : `('${operation}', ${numbers[2 * i]})`;
  });
  if (pairs.includes(undefined)) return undefined;
  const cell = (from: number): string => `[${pairs.slice(from, from + 8).join(", ")}]`;
  return `Genotype(normal=${cell(0)}, normal_concat=range(2, 6), reduce=${cell(8)}, reduce_concat=range(2, 6))`;
}

/** All numbers of nested tuples and lists of digits. */
function numbersOf(key: string): number[] | undefined {
  if (!/^[\s()[\],\d]+$/.test(key)) return undefined;
  return key.match(/\d+/g)?.map(Number);
}
