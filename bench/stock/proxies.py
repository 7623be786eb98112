"""Zero-cost proxies in plain PyTorch, one network at a time, as the literature's code computes them.

Abdelfattah, Mehrotra, Dudziak, Lane, "Zero-Cost Proxies for Lightweight NAS", ICLR 2021: train mode, default
initialization, one minibatch. Every function takes a network, images [B, 3, H, W] and labels [B], and leaves the network's
weights as they were.
"""

import copy

import torch
import torch.nn as nn
import torch.nn.functional as F


def scored_layers(network):
    return [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]


def _gradients(loss, tensors, **options):
    """Gradients, zeros where the loss does not depend on a tensor."""
    found = torch.autograd.grad(loss, tensors, allow_unused=True, **options)
    return [torch.zeros_like(t) if g is None else g for t, g in zip(tensors, found)]


def nwot(network, images, labels=None):
    """log |det K| of the ReLU codes in train mode; K_ij counts the units on which two images agree."""
    kernel = torch.zeros(len(images), len(images))

    def accumulate(module, inputs, output):
        codes = (inputs[0].flatten(1) > 0).float()
        kernel.add_(codes @ codes.t() + (1.0 - codes) @ (1.0 - codes).t())

    hooks = [m.register_forward_hook(accumulate) for m in network.modules() if isinstance(m, nn.ReLU)]
    network.train()
    with torch.no_grad():
        network(images)
    for hook in hooks:
        hook.remove()
    return torch.linalg.slogdet(kernel.double()).logabsdet.item()


def synflow(network, images, labels=None):
    """Sum of |w * dR/dw|, R the sum of the outputs for a ones image with absolute weights, without batch norm, in float64."""
    network = copy.deepcopy(network).double()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.forward = lambda x: x
    for tensor in network.state_dict().values():
        tensor.abs_()
    ones = torch.ones(1, *images.shape[1:], dtype=torch.float64)
    weights = [layer.weight for layer in scored_layers(network)]
    gradients = _gradients(network(ones).sum(), weights)
    return sum((w * g).abs().sum() for w, g in zip(weights, gradients)).item()


def grad_norm_snip_fisher(network, images, labels):
    """The three scores from one forward and one backward pass."""
    layers, outputs = scored_layers(network), []
    hooks = [layer.register_forward_hook(lambda m, i, output: outputs.append((m, output))) for layer in layers]
    network.train()
    loss = F.cross_entropy(network(images), labels)
    for hook in hooks:
        hook.remove()
    weights = [layer.weight for layer in layers]
    gradients = _gradients(loss, weights + [output for _, output in outputs])
    grad_norm = sum(g.norm() for g in gradients[: len(weights)]).item()
    snip = sum((w * g).abs().sum() for w, g in zip(weights, gradients)).item()
    fisher = 0.0
    for (layer, output), gradient in zip(outputs, gradients[len(weights) :]):
        u = output * gradient
        u = u.sum((2, 3)) if u.dim() == 4 else u
        fisher += 0.5 * (u**2).mean(0).sum().item() * layer.weight[0].numel()
    return grad_norm, snip, fisher


def grasp(network, images, labels):
    """Sum of -w * Hg: a first pass gives g, a second one its graph, which is differentiated along g."""
    network.train()
    weights = [layer.weight for layer in scored_layers(network)]
    fixed = _gradients(F.cross_entropy(network(images), labels), weights)
    graph = torch.autograd.grad(F.cross_entropy(network(images), labels), weights, create_graph=True, allow_unused=True)
    z = sum((f * g).sum() for f, g in zip(fixed, graph) if g is not None)
    products = _gradients(z, weights)
    return -sum((w * p).sum() for w, p in zip(weights, products)).item()
