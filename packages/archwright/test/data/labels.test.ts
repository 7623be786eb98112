/** Tables of images: columns, splits, endings, and what is wrong with them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { openDataset } from "../../src/data/open.ts";
import { temporaryFolder } from "../runs/temporary.ts";

async function table(text: string): Promise<string> {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "photos"));
  for (const [name, background] of Object.entries({ a: "#ff0000", b: "#00ff00", c: "#0000ff", d: "#808080" })) {
    const create = { width: 12, height: 9, channels: 3 as const, background };
    await sharp({ create })
      .png()
      .toFile(join(folder, "photos", `${name}.png`));
  }
  const file = join(folder, "labels.csv");
  writeFileSync(file, text);
  return file;
}

test("paths and classes by the names of their columns, the test by its split; endings may be left out", async () => {
  const file = await table(
    'id,comment,label,split\nphotos/b,"x, y",leaf,train\nphotos/a.png,,apple,train\nphotos/c,,leaf,test\n',
  );
  const { train, test: held, classes } = await openDataset(`labels:${file}`, { size: 8 });
  expect(classes).toEqual(["apple", "leaf"]);
  expect([...train.labels]).toEqual([1, 0]);
  expect([...train.images.subarray(0, 3)]).toEqual([0, 255, 0]);
  expect(held?.count).toBe(1);
  expect([...(held?.labels ?? [])]).toEqual([1]);
});

test("two columns may be called anything", async () => {
  const file = await table("foto;soort\nphotos/a;rood\nphotos/b;groen\n");
  expect((await openDataset(`labels:${file}`, { size: 8 })).classes).toEqual(["groen", "rood"]);
});

test.each([
  ["a,b,c\n1,2,3\n", "has no column of paths"],
  ["path,b,c\n1,2,3\n", "has no column of classes"],
  ["path,label\nphotos/x,y\n", "row 2: there is no image"],
  ["path,label\nphotos/a,\n", "row 2: the class is missing"],
  ["path,label\nphotos/a,y\nphotos/b,y\n", "only the class y"],
  ["path,label\n", "has no rows"],
  ["path,label,split\nphotos/a,y,train\nphotos/b,z,test\n", 'all images of class "z"'],
])("%j is refused", async (text, message) => {
  await expect(openDataset(`labels:${await table(text)}`)).rejects.toThrow(message);
});

test("a table that is not there", async () => {
  await expect(openDataset("labels:/nowhere.csv")).rejects.toThrow("cannot read the table /nowhere.csv (ENOENT)");
});
