/** NAS-Bench-101's own format, with records made here after its description. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { protobufFields } from "../../../src/benchmarks/importers/protobuf.ts";
import { crc32c, maskedCrc, readTfrecord } from "../../../src/benchmarks/importers/tfrecord.ts";
import { file, imported, refusal } from "./support.ts";

/** A record of the framing. */
function framed(bytes: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(bytes.length));
  head.writeUInt32LE(maskedCrc(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(maskedCrc(bytes));
  return Buffer.concat([head, bytes, tail]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) + 128);
  }
}

const double = (number: number, value: number): Buffer => {
  const bytes = Buffer.alloc(9);
  bytes[0] = number * 8 + 1;
  bytes.writeDoubleLE(value, 1);
  return bytes;
};

const message = (number: number, bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from([number * 8 + 2]), varint(bytes.length), bytes]);

interface Final {
  readonly train: number;
  readonly valid: number;
  readonly test: number;
  readonly seconds: number;
}

/** ModelMetrics: evaluations at the start, half way and at the end; parameters; total time. */
function metrics({ train, valid, test, seconds }: Final, params: number, evaluations = 3): Buffer {
  const evaluation = (share: number) =>
    Buffer.concat([
      double(1, 4 * share),
      double(2, seconds * share),
      double(3, train * share),
      double(4, valid * share),
      double(5, test * share),
      message(6, Buffer.from("model.ckpt-1")),
    ]);
  const shares = [0, 0.5, 1].slice(3 - evaluations);
  const parts = shares.map((share) => message(1, evaluation(share)));
  return Buffer.concat([...parts, Buffer.from([16]), varint(params), double(3, 99)]);
}

const CHAIN = { hash: "b49ac8c578b4561d79ac7087988f1c61", matrix: "010001000", ops: "input,conv3x3-bn-relu,output" };
const BARE = { hash: "043721b9c7fe8c5fad811d47d83132ec", matrix: "0100", ops: "input,output" };
/** Of both cells, by hand as in the tests of the space. */
const CHAIN_PARAMS = 10_177_674;
const BARE_PARAMS = 882_570;
const final: Final = { train: 0.9, valid: 0.8, test: 0.75, seconds: 10 };

const record = (cell: typeof CHAIN, epochs: unknown, measured: Buffer): Buffer =>
  framed(Buffer.from(JSON.stringify([cell.hash, epochs, cell.matrix, cell.ops, measured.toString("base64")])));

describe("CRC-32C", () => {
  // RFC 3720, B.4.
  it.each([
    ["32 zeros", Buffer.alloc(32), 0x8a9136aa],
    ["32 ones", Buffer.alloc(32, 0xff), 0x62a8ab43],
    ["ascending", Buffer.from(Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e],
    ["descending", Buffer.from(Array.from({ length: 32 }, (_, i) => 31 - i)), 0x113fdb5c],
  ])("of %s", (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });
});

describe("TFRecord files", () => {
  const texts = ["", "a", "x".repeat(3_000_000), "last"];
  const whole = Buffer.concat(texts.map((text) => framed(Buffer.from(text))));

  it("give back their records, whatever their length", () => {
    expect([...readTfrecord(file(whole))].map(({ bytes }) => bytes.toString())).toEqual(texts);
    expect([...readTfrecord(file(""))]).toEqual([]);
  });

  it("have the bytes that TensorFlow writes", () => {
    // A record of "foo" as in TensorFlow's own tests of the format.
    expect(framed(Buffer.from("foo")).toString("hex").slice(0, 16)).toBe("0300000000000000");
    expect([...readTfrecord(file(framed(Buffer.from("foo"))))]).toHaveLength(1);
  });

  it("are refused at the first damaged record", () => {
    const small = Buffer.concat([framed(Buffer.from("one")), framed(Buffer.from("two"))]);
    for (let i = 0; i < small.length; i++) {
      const damaged = Buffer.from(small);
      damaged[i] = (damaged[i] as number) ^ 1;
      const expected = `record ${i < small.length / 2 ? 0 : 1}:`;
      expect(() => [...readTfrecord(file(damaged))]).toThrow(expected);
    }
    for (const length of [1, 11, 12, 18, 20]) {
      expect(() => [...readTfrecord(file(small.subarray(0, length)))]).toThrow("the file is cut short");
    }
    expect(() => [...readTfrecord("/nowhere/x")]).toThrow("cannot read /nowhere/x (ENOENT)");
    expect(() => [...readTfrecord("/")]).toThrow("cannot read / (EISDIR)");
  });
});

describe("protocol buffers", () => {
  it("are read field by field", () => {
    const bytes = Buffer.concat([Buffer.from([8]), varint(300), double(2, 0.5), message(3, Buffer.from("x"))]);
    expect(protobufFields(bytes)).toEqual([
      { number: 1, value: 300n },
      { number: 2, value: 0.5 },
      { number: 3, value: Buffer.from("x") },
    ]);
    for (let length = 1; length < bytes.length; length++) {
      const read = protobufFields(bytes.subarray(0, length));
      // Cut between two fields, the rest is a message of its own.
      expect(read === undefined || [3, 12].includes(length)).toBe(true);
    }
  });
});

describe("NAS-Bench-101 records (space-nasbench101 §4)", () => {
  it("become a row a cell, with the three repeats of each budget as runs", () => {
    const repeats = [0.75, 0.74, 0.76];
    const table = imported(
      "nasbench101-tfrecord",
      file(
        Buffer.concat([
          ...repeats.map((test) => record(CHAIN, 108, metrics({ ...final, test }, CHAIN_PARAMS))),
          ...repeats.map(() => record(BARE, 108, metrics(final, BARE_PARAMS))),
          ...repeats.map(() => record(CHAIN, 4, metrics({ ...final, valid: 0.25 }, CHAIN_PARAMS))),
        ]),
      ),
    );
    expect(table.size).toBe(2);
    expect(table.lookup(CHAIN.hash)).toMatchObject({
      architecture: "010|001|000 input;conv3x3-bn-relu;output",
      metrics: { "test-108ep": 0.75, "valid-108ep": 0.8, "valid-4ep": 0.25, "seconds-108ep": 10, params: CHAIN_PARAMS },
      runs: { "test-108ep": repeats, "valid-4ep": [0.25, 0.25, 0.25] },
    });
    expect(table.lookup("01|00 input;output").metrics).toMatchObject({ "test-108ep": 0.75, params: BARE_PARAMS });
    expect(table.lookup(BARE.hash).metrics).not.toHaveProperty("test-4ep");
    // No record has 12 or 36 epochs.
    expect(table.metrics.map(({ name }) => name)).not.toContain("test-36ep");
  });

  it("are read from a gzipped file, too", () => {
    const bytes = Buffer.concat([1, 2, 3].map(() => record(BARE, 108, metrics(final, BARE_PARAMS))));
    expect(imported("nasbench101-tfrecord", file(gzipSync(bytes))).size).toBe(1);
    expect(refusal("nasbench101-tfrecord", gzipSync(bytes).subarray(0, 40))).toContain("gzip file is damaged");
  });

  const good = metrics(final, CHAIN_PARAMS);
  const thrice = (cell: typeof CHAIN, epochs: number, count = 3) =>
    Array.from({ length: count }, () => record(cell, epochs, good));
  it.each<[string, Buffer, string]>([
    [
      "another number of epochs",
      record(CHAIN, 5, good),
      'record 0, column "epochs": expected one of 4, 12, 36, 108, found 5',
    ],
    [
      "another cell's hash",
      record({ ...CHAIN, hash: BARE.hash }, 4, good),
      `record 0, column "hash": found ${BARE.hash}, but the architecture's is ${CHAIN.hash}`,
    ],
    [
      "no list",
      framed(Buffer.from("{}")),
      "record 0: expected [hash, epochs, adjacency, operations, metrics], found {}",
    ],
    ["no JSON", framed(Buffer.from("x")), "record 0: malformed JSON"],
    ["no texts", framed(Buffer.from('["a", 4, 1, "b", "c"]')), "must be texts"],
    ["no metrics", record(CHAIN, 4, Buffer.from([1, 2, 3])), 'column "metrics": expected a ModelMetrics message'],
    [
      "two evaluations",
      record(CHAIN, 4, metrics(final, CHAIN_PARAMS, 2)),
      'column "metrics": expected a ModelMetrics message',
    ],
    [
      "an accuracy in percent",
      record(CHAIN, 4, metrics({ ...final, test: 75 }, CHAIN_PARAMS)),
      'column "test_accuracy": expected a number from 0 to 1, found 75',
    ],
    [
      "other parameters",
      Buffer.concat([record(CHAIN, 4, good), record(CHAIN, 12, metrics(final, 1_001))]),
      `record 1, column "trainable_parameters": found 1001, but record 0 of the same cell has ${CHAIN_PARAMS}`,
    ],
    [
      "parameters that the cell has not",
      Buffer.concat([1, 2, 3].map(() => record(CHAIN, 108, metrics(final, 77)))),
      'record 0, column "trainable_parameters": found 77',
    ],
    [
      "a cell of another hash under this one",
      Buffer.concat([...thrice(CHAIN, 108, 2), record({ ...BARE, hash: CHAIN.hash }, 108, good)]),
      'record 2, column "hash": its cell is not the one of this hash, which record 0 has',
    ],
    [
      "a second record without a cell",
      Buffer.concat([...thrice(CHAIN, 108, 2), record({ ...CHAIN, matrix: "000001000" }, 108, good)]),
      "record 2: not an architecture of nasbench101: no path leads",
    ],
    ["two trainings", Buffer.concat(thrice(CHAIN, 108, 2)), "has not 3 trainings of every budget (108 epochs: 2)"],
    ["four trainings", Buffer.concat(thrice(CHAIN, 108, 4)), "(108 epochs: 4)"],
    ["no long trainings", Buffer.concat(thrice(CHAIN, 4)), "(108 epochs: 0)"],
    [
      "a cell without a path",
      record({ ...CHAIN, matrix: "000001000" }, 4, good),
      "record 0: not an architecture of nasbench101: no path leads",
    ],
  ])("%s is refused", (_, bytes, message) => {
    expect(refusal("nasbench101-tfrecord", bytes)).toContain(message);
  });
});
