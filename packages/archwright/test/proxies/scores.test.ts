/** The other proxies' formulas by hand (zero-cost-proxies §7.B, F, H-L, §4.7). */
import { Generator, scope, type Tensor, tensor, transpose } from "@archwright/torch";
import "../networks/leaks.ts";
import { describe, expect, it } from "vitest";
import { smallestStep } from "../../src/proxies/az-nas/progressivity.ts";
import { largestSingularValue, sizeScore } from "../../src/proxies/az-nas/trainability.ts";
import { epeNasScore } from "../../src/proxies/epe-nas.ts";
import { tripleScore } from "../../src/proxies/eznas.ts";
import { jacobCovScore } from "../../src/proxies/jacob-cov.ts";
import { gradientStability } from "../../src/proxies/l-swag.ts";
import { smallestEigenvalue } from "../../src/proxies/meco.ts";
import { entropies, spectralEntropy } from "../../src/proxies/observation/entropy.ts";
import { correlationOfRows } from "../../src/proxies/observation/training-pass.ts";
import { patternsOf } from "../../src/proxies/observation/unit-patterns.ts";
import { conditionNumber, tangentKernel } from "../../src/proxies/te-nas/ntk.ts";
import { zicoScore } from "../../src/proxies/zico.ts";

const matrix = (rows: readonly (readonly number[])[]): Tensor =>
  tensor(rows.flat(), [rows.length, rows[0]?.length ?? 0], { dtype: "float64" });

describe("F. jacob_cov", () => {
  it("of uncorrelated and of equal rows", () => {
    scope(() => {
      expect(
        jacobCovScore(
          matrix([
            [1, 0],
            [0, 1],
          ]),
        ),
      ).toBeCloseTo(-2, 9);
      expect(
        jacobCovScore(
          matrix([
            [1, 1],
            [1, 1],
          ]),
        ),
      ).toBeCloseTo(-99989.68, 2);
    });
  });

  it("does not change with the order and the positive scale of the rows", () => {
    scope(() => {
      const rows = [
        [1, 4, -2, 0.5],
        [0, 2, 5, -1],
        [3, -1, 0, 2],
      ];
      const [a = [], b = [], c = []] = rows;
      const score = jacobCovScore(correlationOfRows(matrix(rows)));
      const changed = [c.map((value) => 7 * value), a, b.map((value) => 0.01 * value)];
      expect(jacobCovScore(correlationOfRows(matrix(changed)))).toBeCloseTo(score, 8);
    });
  });

  it("is NaN where an image does not matter", () => {
    scope(() => {
      const correlation = correlationOfRows(
        matrix([
          [0, 0, 0],
          [1, 2, 4],
        ]),
      );
      expect(jacobCovScore(correlation)).toBeNaN();
      expect(epeNasScore(correlation, [0, 0], 10)).toBeNaN();
    });
  });
});

describe("L. epe_nas", () => {
  const half = (): Tensor =>
    matrix([
      [1, 0.5],
      [0.5, 1],
    ]);

  it("of two images in one class", () => {
    scope(() => expect(epeNasScore(half(), [3, 3], 10)).toBeCloseTo(1.386234, 6));
  });

  it("of one image in each class", () => {
    scope(() => expect(epeNasScore(half(), [0, 1], 10)).toBeCloseTo(2 * Math.log(1 + 1e-5), 12));
  });

  it("of many classes is the mean difference between their averages", () => {
    scope(() => {
      const correlation = matrix([
        [1, 0.5, 0.1],
        [0.5, 1, 0.2],
        [0.1, 0.2, 1],
      ]);
      const pair = (2 * Math.log(0.5 + 1e-5) + 2 * Math.log(1 + 1e-5)) / 2;
      const alone = Math.log(1 + 1e-5);
      expect(epeNasScore(correlation, [7, 7, 9], 200)).toBeCloseTo((2 * Math.abs(pair - alone)) / 2, 12);
    });
  });
});

describe("H. zico", () => {
  const layer = (scale = 1) => [tensor([scale, 2 * scale]), tensor([3 * scale, -2 * scale])];

  it("of one layer, at any scale", () => {
    scope(() => {
      expect(zicoScore([layer()])).toBeCloseTo(1.098612, 6);
      expect(zicoScore([layer(8)])).toBe(zicoScore([layer()]));
      expect(zicoScore([layer(), layer()])).toBeCloseTo(2 * Math.log(3), 12);
    });
  });

  it("leaves out what does not vary", () => {
    scope(() => {
      expect(zicoScore([[tensor([1, 2]), tensor([1, 2])]])).toBe(0);
      expect(zicoScore([[tensor([1, 5]), tensor([3, 5])]])).toBeCloseTo(Math.log(2), 12);
    });
  });

  it("l_swag leaves out the mean: |g| = (1, 2), (3, 2) has deviations (1, 0)", () => {
    scope(() => {
      expect(gradientStability([layer()])).toBeCloseTo(0, 12);
      expect(gradientStability([layer(2)])).toBeCloseTo(-Math.log(2), 12);
    });
  });
});

describe("I. AZ-NAS", () => {
  it("entropy of eigenvalues", () => {
    expect(spectralEntropy([4, 1])).toBeCloseTo(0.500402, 6);
    expect(spectralEntropy([3, 3, 3])).toBeCloseTo(Math.log(3), 6);
    expect(spectralEntropy([0, 0])).toBeNaN();
  });

  it("entropy of a feature map's channels", () => {
    scope(() => {
      // Centred channels (2, -2, 2, -2) and (1, 1, -1, -1): covariance diag(4, 1).
      const features = tensor([7, 3, 7, 3, 0, 0, -2, -2], [1, 2, 2, 2]);
      expect(entropies([features])[0]).toBeCloseTo(0.500402, 6);
    });
  });

  it("the size of gradients", () => {
    expect(sizeScore(1)).toBeCloseTo(1e-6, 9);
    expect(sizeScore(2)).toBeCloseTo(-0.5, 6);
    expect(sizeScore(0.5)).toBeCloseTo(-0.499996, 6);
  });

  it("the smallest step of the entropy", () => {
    expect(smallestStep([1, 3, 2.5, 4])).toBe(-0.5);
    expect(smallestStep([1, Number.NaN, 2])).toBeNaN();
  });

  it("singular value of a gradient that a block scales, and of one at twice the resolution", () => {
    scope(() => {
      const before = tensor([1, -1, 1, 1], [1, 1, 2, 2]);
      const doubled = tensor([2, -2, 2, 2], [1, 1, 2, 2]);
      expect(largestSingularValue(before, doubled)).toBeCloseTo(2, 12);
      // A 4×4 map whose 2×2 blocks have (a, 0, 0, b) under each pixel: M = (a, 0, 0, b), s = √(a² + b²).
      const at = (y: number, x: number): number => before.toArray()[2 * (y >> 1) + (x >> 1)] as number;
      const fine = Array.from({ length: 16 }, (_, i) => {
        const [y, x] = [i >> 2, i & 3];
        return at(y, x) * (y % 2 === 0 && x % 2 === 0 ? 3 : y % 2 === 1 && x % 2 === 1 ? 4 : 0);
      });
      expect(largestSingularValue(before, tensor(fine, [1, 1, 4, 4]))).toBeCloseTo(5, 12);
    });
  });
});

describe("J. meco", () => {
  const eigenvalue = (rows: readonly (readonly number[])[], sample?: number): number =>
    scope(() => smallestEigenvalue(matrix(rows), sample, new Generator(1)));

  it("of dependent and of independent channels", () => {
    expect(
      eigenvalue([
        [1, 2, 3, 4],
        [2, 4, 6, 8],
        [4, 3, 2, 1],
      ]),
    ).toBeCloseTo(0, 12);
    expect(
      eigenvalue([
        [1, -1, 1, -1],
        [1, 1, -1, -1],
      ]),
    ).toBeCloseTo(1, 12);
  });

  it("counts undefined correlations as 0", () => {
    expect(
      eigenvalue([
        [1, 1, 1],
        [1, 2, 3],
      ]),
    ).toBe(0);
    expect(eigenvalue([[1, 2, 3]])).toBe(1);
    expect(eigenvalue([[2, 2, 2]])).toBe(0);
  });

  it("a sample of independent channels stands for all of them", () => {
    const rows = [
      [1, -1, 1, -1],
      [1, 1, -1, -1],
      [1, -1, -1, 1],
    ];
    expect(eigenvalue(rows, 2)).toBeCloseTo(3 / 2, 12);
  });
});

it("K. swap counts columns: 3 patterns of 4 units over 3 images", () => {
  scope(() => {
    const codes = matrix([
      [1, 0, 1, 0],
      [1, 0, 0, 0],
      [0, 0, 1, 0],
    ]);
    const patterns = Array.from(patternsOf(codes));
    expect(patterns).toEqual([0b011, 0, 0b101, 0]);
    expect(new Set(patterns).size).toBe(3);
    // Distinct patterns of the samples: the columns of the transposed codes.
    expect(new Set(patternsOf(transpose(codes, 0, 1))).size).toBe(3);
  });
});

describe("TE-NAS", () => {
  it("B. the kernel of two images, layer by layer", () => {
    scope(() => {
      const rows = [
        [tensor([1]), tensor([2])],
        [tensor([0]), tensor([1])],
      ];
      expect(tangentKernel(rows).toArray()).toEqual([5, 2, 2, 1]);
      expect(conditionNumber(tangentKernel(rows))).toBeCloseTo(33.970563, 6);
    });
  });

  it("a singular kernel's condition number is no less than rounding can tell", () => {
    scope(() => {
      for (const rows of [
        [
          [1, 1],
          [1, 1],
        ],
        [
          [1, 2, 3],
          [2, 4, 6],
          [3, 6, 9],
        ],
      ]) {
        expect(conditionNumber(matrix(rows))).toBeGreaterThan(1e15);
      }
    });
  });

  it("an undefined condition number is 1e5", () => {
    scope(() => {
      expect(conditionNumber(matrix([[Number.NaN]]))).toBe(1e5);
      expect(
        conditionNumber(
          matrix([
            [0, 0],
            [0, 0],
          ]),
        ),
      ).toBe(1e5);
    });
  });
});

describe("eznas_a", () => {
  it("of [[1,-1],[1,1]] in three channels", () => {
    scope(() => {
      const block = [3, -0.1, 2, 5];
      expect(tripleScore(tensor([...block, ...block, ...block], [1, 3, 2, 2]))).toBeCloseTo(1.154701, 6);
    });
  });

  it("of 1×1 kernels: .5 each whatever the sign, 0 for a zero", () => {
    scope(() => {
      expect(tripleScore(tensor([-2, 7], [2, 1, 1, 1]))).toBeCloseTo(Math.SQRT1_2, 12);
      expect(tripleScore(tensor([0], [1, 1, 1, 1]))).toBe(0);
    });
  });
});
