"""The NAS-Bench-201 space in plain PyTorch: the supernet and the stand-alone network of an architecture string.

Dong, Yang, "NAS-Bench-201: Extending the Scope of Reproducible Neural Architecture Search", ICLR 2020.
Images are [N, 3, H, W], logits [N, classes].
"""

import torch.nn as nn

OPERATIONS = ("none", "skip_connect", "nor_conv_1x1", "nor_conv_3x3", "avg_pool_3x3")
NODES = 4
EDGES = 6  # 1<-0, 2<-0, 2<-1, 3<-0, 3<-1, 3<-2


def parse_architecture(text):
    """The operation names of the six edges, in edge order, from `|op~0|+|op~0|op~1|+|op~0|op~1|op~2|`."""
    names = []
    for node, inputs in enumerate(text.strip().split("+"), start=1):
        tokens = [token.split("~") for token in inputs.split("|") if token]
        if [int(source) for _, source in tokens] != list(range(node)):
            raise ValueError(f"node {node} of {text!r} must list the sources 0..{node - 1}")
        names += [name for name, _ in tokens]
    if len(names) != EDGES:
        raise ValueError(f"{text!r} lists {len(names)} edges, not {EDGES}")
    return names


class Zero(nn.Module):
    def forward(self, x):
        return x * 0.0


class ReLUConvBN(nn.Sequential):
    def __init__(self, c_in, c_out, kernel, stride=1, affine=True):
        super().__init__(
            nn.ReLU(),
            nn.Conv2d(c_in, c_out, kernel, stride=stride, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(c_out, affine=affine),
        )


def operation(name, c, affine):
    if name == "none":
        return Zero()
    if name == "skip_connect":
        return nn.Identity()
    if name == "nor_conv_1x1":
        return ReLUConvBN(c, c, 1, affine=affine)
    if name == "nor_conv_3x3":
        return ReLUConvBN(c, c, 3, affine=affine)
    if name == "avg_pool_3x3":
        return nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
    raise ValueError(f"unknown operation {name!r}")


class MixedOp(nn.Module):
    """One edge of the supernet, its BN non-affine.

    The released Zero-Cost-PT code runs an operation of weight zero on a zeroed input, so its ReLU still adds a constant
    to nwot's kernel; `run_blocked=False` skips it instead.
    """

    def __init__(self, c, run_blocked):
        super().__init__()
        self.run_blocked = run_blocked
        self.ops = nn.ModuleList(operation(name, c, affine=False) for name in OPERATIONS)

    def forward(self, x, weights):
        total = 0
        for w, op in zip(weights, self.ops):
            if w != 0:
                total = total + w * op(x)
            elif self.run_blocked:
                total = total + op(x * 0.0)
        return total


class SearchCell(nn.Module):
    def __init__(self, c, run_blocked):
        super().__init__()
        self.edges = nn.ModuleList(MixedOp(c, run_blocked) for _ in range(EDGES))

    def forward(self, x, weights):
        states = [x]
        offset = 0
        for _ in range(1, NODES):
            node = sum(self.edges[offset + i](s, weights[offset + i]) for i, s in enumerate(states))
            offset += len(states)
            states.append(node)
        return states[-1]


class Cell(nn.Module):
    def __init__(self, names, c):
        super().__init__()
        self.edges = nn.ModuleList(operation(name, c, affine=True) for name in names)

    def forward(self, x):
        states = [x]
        offset = 0
        for _ in range(1, NODES):
            node = sum(self.edges[offset + i](s) for i, s in enumerate(states))
            offset += len(states)
            states.append(node)
        return states[-1]


class ResidualBlock(nn.Module):
    """Stride 2 between the stages; its BN is affine in the supernet too."""

    def __init__(self, c_in, c_out):
        super().__init__()
        self.conv_a = ReLUConvBN(c_in, c_out, 3, stride=2)
        self.conv_b = ReLUConvBN(c_out, c_out, 3)
        self.shortcut = nn.Sequential(nn.AvgPool2d(2, stride=2), nn.Conv2d(c_in, c_out, 1, bias=False))

    def forward(self, x):
        return self.shortcut(x) + self.conv_b(self.conv_a(x))


class Skeleton(nn.Module):
    """Stem, three stages of `n` cells with c, 2c and 4c channels, and the classifier. `make_cell(c)` builds a searched cell."""

    def __init__(self, make_cell, c, n, classes):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, c, 3, padding=1, bias=False), nn.BatchNorm2d(c))
        self.blocks = nn.ModuleList()
        for stage in range(3):
            if stage > 0:
                self.blocks.append(ResidualBlock(c, 2 * c))
                c *= 2
            self.blocks.extend(make_cell(c) for _ in range(n))
        self.head = nn.Sequential(nn.BatchNorm2d(c), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.classifier = nn.Linear(c, classes)

    def forward(self, images, *weights):
        x = self.stem(images)
        for block in self.blocks:
            x = block(x) if isinstance(block, ResidualBlock) else block(x, *weights)
        return self.classifier(self.head(x))


class Supernet(Skeleton):
    """`forward(images, weights)`: mixing weights [6, 5], shared by all 15 cells."""

    def __init__(self, c=16, n=5, classes=10, run_blocked=True):
        super().__init__(lambda channels: SearchCell(channels, run_blocked), c, n, classes)


class Network(Skeleton):
    """`forward(images)`: the stand-alone network of an architecture string."""

    def __init__(self, architecture, c=16, n=5, classes=10):
        names = parse_architecture(architecture)
        super().__init__(lambda channels: Cell(names, channels), c, n, classes)
