/** Fields of a protocol buffer message: numbers, doubles and bytes. */

export interface ProtobufField {
  readonly number: number;
  readonly value: bigint | number | Buffer;
}

/** Reads a message's fields in order; undefined if the bytes are no message. 64-bit fields are read as doubles. */
export function protobufFields(bytes: Buffer): ProtobufField[] | undefined {
  const fields: ProtobufField[] = [];
  let offset = 0;
  const varint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 64n && offset < bytes.length; shift += 7n) {
      const byte = bytes[offset++] as number;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (offset < bytes.length) {
    const tag = varint();
    if (tag === undefined) return undefined;
    const value = fieldValue(Number(tag & 7n), varint, (length) => {
      offset += length;
      return offset <= bytes.length ? bytes.subarray(offset - length, offset) : undefined;
    });
    if (value === undefined) return undefined;
    fields.push({ number: Number(tag >> 3n), value });
  }
  return fields;
}

function fieldValue(
  wireType: number,
  varint: () => bigint | undefined,
  take: (length: number) => Buffer | undefined,
): ProtobufField["value"] | undefined {
  switch (wireType) {
    case 0:
      return varint();
    case 1:
      return take(8)?.readDoubleLE(0);
    case 2: {
      const length = varint();
      return length === undefined ? undefined : take(Number(length));
    }
    case 5:
      return take(4)?.readFloatLE(0);
    default:
      return undefined;
  }
}
