/** What a folder holds that is opened in another way than was asked for, for messages. */
import { listDirectory } from "./files.ts";

interface Form {
  readonly name: RegExp;
  /** What to do, after a semicolon. */
  readonly advice: (directory: string, name: string) => string;
}

const PICKLED = (kind: string, site: string) => (directory: string) =>
  `this is the Python version (pickled objects), which is not read: get the binary version with --data ${kind}:${directory} --download, or ${site} and unpack it`;

const CIFAR10_BINARY = "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz";
const CIFAR100_BINARY = "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz";

/** The first form that a name in the folder has. */
const FORMS: readonly Form[] = [
  {
    name: /^(data_batch_\d+\.bin(\.gz)?|cifar-10-batches-bin)$/,
    advice: (directory) => `it holds CIFAR-10: cifar10:${directory}`,
  },
  {
    name: /^(train\.bin(\.gz)?|cifar-100-binary)$/,
    advice: (directory) => `it holds CIFAR-100: cifar100:${directory}`,
  },
  { name: /[-.]idx3-ubyte(\.gz)?$/, advice: (directory) => `it holds IDX files: mnist:${directory}` },
  { name: /^cifar-100?-binary\.tar(\.gz)?$/, advice: (_, name) => `unpack ${name} there first (tar xf ${name})` },
  {
    name: /^(data_batch_\d+|batches\.meta|cifar-10-(batches-py|python\.tar\.gz))$/,
    advice: PICKLED("cifar10", CIFAR10_BINARY),
  },
  { name: /^(meta|cifar-100-python(\.tar\.gz)?)$/, advice: PICKLED("cifar100", CIFAR100_BINARY) },
  {
    name: /\.(parquet|npz|npy|csv|h5|hdf5|mat|tfrecord|pkl|pt|zip|tar|tar\.gz|tgz)$/i,
    advice: (_, name) =>
      `it holds ${name}, which is not read: write the images as files, one folder for each class, and use folder:DIR`,
  },
];

/** `; it holds CIFAR-10: cifar10:DIR` or the like, where something known lies in the folder; else nothing. */
export async function alsoKnownAs(directory: string): Promise<string> {
  const names = await listDirectory(directory).catch(() => []);
  for (const { name, advice } of FORMS) {
    const found = names.find((one) => name.test(one));
    if (found !== undefined) return `; ${advice(directory, found)}`;
  }
  return "";
}
