/** Updates by name, and what may be added to them. */
import { describe, expect, it } from "vitest";
import { resolveMethod } from "../../src/assembly/resolve.ts";
import { ArchwrightError } from "../../src/errors.ts";
import { darts } from "../../src/methods/darts.ts";
import { selections } from "../../src/selections/registry.ts";
import { nasbench201 } from "../../src/spaces/nasbench201.ts";
import { s2 } from "../../src/spaces/s2.ts";
import { trainingSettings } from "../../src/training/supernets/settings.ts";
import { findUpdate, updateModifiers, updates } from "../../src/updates/registry.ts";

describe("what is asked for by name", () => {
  it.each(updates.map(({ name }) => name))("%s is found, in any case", (name) => {
    expect(findUpdate(name.toUpperCase())).toMatchObject({ name, modifiers: [] });
  });

  it("may have additions; the perturbation is the outer one whatever the order", () => {
    for (const text of ["second-order+alignment+adversarial", "second-order+adversarial+alignment"]) {
      const { name, modifiers } = findUpdate(text);
      expect(name).toBe("second-order+alignment+adversarial");
      expect(modifiers.map(({ kind }) => kind)).toEqual(["regularizer", "perturbation"]);
    }
  });

  it.each([
    ["first-ordr", 'unknown update "first-ordr"; did you mean "first-order"?'],
    ["first-order+alignmnt", 'did you mean "alignment"?'],
    ["first-order+", "unknown addition"],
    ["first-order+adversarial+random-smoothing", "are both a perturbation"],
    ["first-order+alignment+alignment", "are both a regularizer"],
    ["none+alignment", "trains nothing"],
  ])("%s is refused: %s", (text, message) => {
    let thrown: unknown;
    try {
      findUpdate(text);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(ArchwrightError);
    expect(thrown).toMatchObject({ code: "usage" });
    expect((thrown as Error).message).toContain(message);
  });
});

describe("every part", () => {
  it.each([...updates, ...updateModifiers].map((part) => ({ name: part.name, part })))(
    "$name has defaults and descriptions of what it can be set to",
    ({ part }) => {
      expect(part.source).not.toBe("");
      expect(part.settings.safeParse({}).success).toBe(true);
      for (const [key, field] of Object.entries(part.settings.shape)) {
        expect((field as { description?: string }).description, key).toBeTruthy();
      }
    },
  );
});

it("regression: a setting of a selection that shadows one of the training. All parts that may meet can be set up", () => {
  for (const space of [nasbench201, s2]) {
    for (const update of [
      "weights",
      "first-order+alignment+adversarial",
      "second-order+random-smoothing",
      "implicit",
    ]) {
      for (const { name: selection, refuses } of selections) {
        const refusal = refuses?.({ space, trained: true }, {});
        if (refusal !== undefined) continue;
        const { settings } = resolveMethod(darts, { update, selection }, space);
        expect(trainingSettings.safeParse(settings).success, `${update} ${selection}`).toBe(true);
      }
    }
  }
});
