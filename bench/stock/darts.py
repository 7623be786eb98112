"""The DARTS CNN space in plain PyTorch: the 7-operation supernet of the zero-cost and DARTS-PT work, and the stand-alone network.

Liu, Simonyan, Yang, "DARTS: Differentiable Architecture Search", ICLR 2019. Images are [N, 3, 32, 32], logits [N, classes].
"""

import ast
from collections import namedtuple

import torch
import torch.nn as nn

OPERATIONS = (
    "max_pool_3x3",
    "avg_pool_3x3",
    "skip_connect",
    "sep_conv_3x3",
    "sep_conv_5x5",
    "dil_conv_3x3",
    "dil_conv_5x5",
)
NODES = 4
EDGES = 14

Genotype = namedtuple("Genotype", "normal normal_concat reduce reduce_concat")


def parse_genotype(text):
    """`Genotype(normal=[('op', source), ...], normal_concat=range(2, 6), ...)` as published."""

    def value(node):
        if isinstance(node, ast.Call):  # a concat list written as range(first, end)
            return list(range(*map(ast.literal_eval, node.args)))
        return ast.literal_eval(node)

    call = ast.parse(text.strip(), mode="eval").body
    return Genotype(**{keyword.arg: value(keyword.value) for keyword in call.keywords})


class ReLUConvBN(nn.Sequential):
    def __init__(self, c_in, c_out, affine):
        super().__init__(nn.ReLU(), nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out, affine=affine))


class FactorizedReduce(nn.Module):
    """Halves height and width: two strided 1x1 convolutions, the second on the input shifted by one pixel."""

    def __init__(self, c_in, c_out, affine):
        super().__init__()
        self.relu = nn.ReLU()
        self.conv1 = nn.Conv2d(c_in, c_out // 2, 1, stride=2, bias=False)
        self.conv2 = nn.Conv2d(c_in, c_out // 2, 1, stride=2, bias=False)
        self.bn = nn.BatchNorm2d(c_out, affine=affine)

    def forward(self, x):
        x = self.relu(x)
        return self.bn(torch.cat([self.conv1(x), self.conv2(x[:, :, 1:, 1:])], dim=1))


class DilConv(nn.Sequential):
    def __init__(self, c, kernel, stride, affine):
        super().__init__(
            nn.ReLU(),
            nn.Conv2d(c, c, kernel, stride=stride, padding=kernel - 1, dilation=2, groups=c, bias=False),
            nn.Conv2d(c, c, 1, bias=False),
            nn.BatchNorm2d(c, affine=affine),
        )


class SepConv(nn.Sequential):
    def __init__(self, c, kernel, stride, affine):
        padding = (kernel - 1) // 2
        super().__init__(
            nn.ReLU(),
            nn.Conv2d(c, c, kernel, stride=stride, padding=padding, groups=c, bias=False),
            nn.Conv2d(c, c, 1, bias=False),
            nn.BatchNorm2d(c, affine=affine),
            nn.ReLU(),
            nn.Conv2d(c, c, kernel, padding=padding, groups=c, bias=False),
            nn.Conv2d(c, c, 1, bias=False),
            nn.BatchNorm2d(c, affine=affine),
        )


def operation(name, c, stride, affine):
    if name == "max_pool_3x3":
        return nn.MaxPool2d(3, stride=stride, padding=1)
    if name == "avg_pool_3x3":
        return nn.AvgPool2d(3, stride=stride, padding=1, count_include_pad=False)
    if name == "skip_connect":
        return nn.Identity() if stride == 1 else FactorizedReduce(c, c, affine)
    if name in ("sep_conv_3x3", "sep_conv_5x5"):
        return SepConv(c, int(name[-1]), stride, affine)
    if name in ("dil_conv_3x3", "dil_conv_5x5"):
        return DilConv(c, int(name[-1]), stride, affine)
    raise ValueError(f"unknown operation {name!r}")


class MixedOp(nn.Module):
    """One edge of the supernet. In search every BN is non-affine, and a pool is followed by one."""

    def __init__(self, c, stride):
        super().__init__()
        self.ops = nn.ModuleList()
        for name in OPERATIONS:
            op = operation(name, c, stride, affine=False)
            if "pool" in name:
                op = nn.Sequential(op, nn.BatchNorm2d(c, affine=False))
            self.ops.append(op)

    def forward(self, x, weights):
        # An operation of weight zero is not run at all, so its ReLUs add nothing to nwot's kernel.
        return sum(w * op(x) for w, op in zip(weights, self.ops) if w != 0)


def preprocess(c_prev_prev, c_prev, c, reduction_prev, affine):
    """The two input layers of a cell."""
    first = FactorizedReduce if reduction_prev else ReLUConvBN
    return first(c_prev_prev, c, affine), ReLUConvBN(c_prev, c, affine)


class SearchCell(nn.Module):
    def __init__(self, c_prev_prev, c_prev, c, reduction, reduction_prev):
        super().__init__()
        self.reduction = reduction
        self.preprocess0, self.preprocess1 = preprocess(c_prev_prev, c_prev, c, reduction_prev, affine=False)
        self.edges = nn.ModuleList()
        for node in range(2, 2 + NODES):
            for source in range(node):
                self.edges.append(MixedOp(c, stride=2 if reduction and source < 2 else 1))

    def forward(self, s0, s1, weights):
        states = [self.preprocess0(s0), self.preprocess1(s1)]
        offset = 0
        for _ in range(NODES):
            node = sum(self.edges[offset + i](s, weights[offset + i]) for i, s in enumerate(states))
            offset += len(states)
            states.append(node)
        return torch.cat(states[-NODES:], dim=1)


class Supernet(nn.Module):
    """`forward(images, normal, reduce)`: mixing weights [14, 7] for the two cell types."""

    def __init__(self, c=16, layers=8, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 3 * c, 3, padding=1, bias=False), nn.BatchNorm2d(3 * c))
        c_prev_prev, c_prev, reduction_prev = 3 * c, 3 * c, False
        self.cells = nn.ModuleList()
        for k in range(layers):
            reduction = k in (layers // 3, 2 * layers // 3)
            if reduction:
                c *= 2
            self.cells.append(SearchCell(c_prev_prev, c_prev, c, reduction, reduction_prev))
            c_prev_prev, c_prev, reduction_prev = c_prev, NODES * c, reduction
        self.pooling = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(c_prev, classes)

    def forward(self, images, normal, reduce):
        s0 = s1 = self.stem(images)
        for cell in self.cells:
            s0, s1 = s1, cell(s0, s1, reduce if cell.reduction else normal)
        return self.classifier(self.pooling(s1).flatten(1))


class Cell(nn.Module):
    """A discrete cell: consecutive pairs of (operation, source) are the two inputs of nodes 2, 3, ..."""

    def __init__(self, pairs, concat, c_prev_prev, c_prev, c, reduction, reduction_prev):
        super().__init__()
        self.preprocess0, self.preprocess1 = preprocess(c_prev_prev, c_prev, c, reduction_prev, affine=True)
        self.sources = [source for _, source in pairs]
        self.concat = list(concat)
        self.ops = nn.ModuleList(
            operation(name, c, 2 if reduction and source < 2 else 1, affine=True) for name, source in pairs
        )

    def forward(self, s0, s1):
        states = [self.preprocess0(s0), self.preprocess1(s1)]
        for i in range(0, len(self.ops), 2):
            states.append(self.ops[i](states[self.sources[i]]) + self.ops[i + 1](states[self.sources[i + 1]]))
        return torch.cat([states[i] for i in self.concat], dim=1)


class Network(nn.Module):
    """The stand-alone CIFAR network of a genotype, without the auxiliary head and drop-path, which only training uses."""

    def __init__(self, genotype, c=16, layers=8, classes=10):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 3 * c, 3, padding=1, bias=False), nn.BatchNorm2d(3 * c))
        c_prev_prev, c_prev, reduction_prev = 3 * c, 3 * c, False
        self.cells = nn.ModuleList()
        for k in range(layers):
            reduction = k in (layers // 3, 2 * layers // 3)
            pairs, concat = (
                (genotype.reduce, genotype.reduce_concat) if reduction else (genotype.normal, genotype.normal_concat)
            )
            if reduction:
                c *= 2
            self.cells.append(Cell(pairs, concat, c_prev_prev, c_prev, c, reduction, reduction_prev))
            c_prev_prev, c_prev, reduction_prev = c_prev, len(concat) * c, reduction
        self.pooling = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(c_prev, classes)

    def forward(self, images):
        s0 = s1 = self.stem(images)
        for cell in self.cells:
            s0, s1 = s1, cell(s0, s1)
        return self.classifier(self.pooling(s1).flatten(1))
