/** Aggregates by name, and sums of ranks. */
import { describe, expect, it } from "vitest";
import { aggregates, rankingOf } from "../../src/proxies/rankings.ts";
import { findProxies, proxies } from "../../src/proxies/registry.ts";

describe("rankings by name", () => {
  it("have members that are proxies, and names that are not", () => {
    const names = proxies.map(({ name }) => name);
    for (const { name, members } of aggregates) {
      expect(names).toEqual(expect.arrayContaining([...members]));
      expect(names).not.toContain(name);
    }
  });

  it("add ranks where names are joined", () => {
    const { name, members, combine } = rankingOf("Synflow + nwot");
    expect({ name, members }).toEqual({ name: "synflow+nwot", members: ["synflow", "nwot"] });
    expect(
      combine([
        [10, 30, 20],
        [1, 2, Number.NaN],
      ]),
    ).toEqual([3, 6, 3]);
  });

  it("leave the scores of one proxy as they are", () => {
    expect(rankingOf("snip").combine([[3, 1, 2]])).toEqual([3, 1, 2]);
  });

  it("stand for their members, each once", () => {
    const found = findProxies(["vote", "snip+macs", "synflow"]).map(({ name }) => name);
    expect(found).toEqual(["synflow", "jacob_cov", "snip", "macs"]);
  });

  it("that are not known are refused with the nearest name", () => {
    expect(() => findProxies(["az_nass"])).toThrow(/did you mean "az_nas"/);
    expect(() => findProxies(["synflow+nwott"])).toThrow(/did you mean "nwot"/);
  });
});
