"""The same training in PyTorch: two steps of a NAS-Bench-201 network, from our weights, on our images.

    python pytorch-step.py INPUT.json

INPUT has state (name: [shape, values]), images, labels and the recipe's numbers; the losses and the new state go to stdout.
"""
import json
import sys

import torch
import torch.nn.functional as F

given = json.load(open(sys.argv[1]))
state = {name: torch.tensor(values, dtype=torch.float32).reshape(shape) for name, (shape, values) in given["state"].items()}
weights = {name: value.requires_grad_() for name, value in state.items() if "running" not in name}
images = torch.tensor(given["images"]).reshape(given["shape"])
labels = torch.tensor(given["labels"])


def norm(x, place):
    return F.batch_norm(
        x,
        state[f"{place}.runningMean"],
        state[f"{place}.runningVariance"],
        state[f"{place}.weight"],
        state[f"{place}.bias"],
        training=True,
        momentum=0.1,
        eps=1e-5,
    )


def conv(x, place, stride=1):
    weight = state[f"{place}.weight"]
    return F.conv2d(x, weight, stride=stride, padding=weight.shape[2] // 2)


def relu_conv_norm(x, place, first=0, stride=1):
    x = conv(F.relu(x), f"{place}.layers.{first + 1}", stride)
    return norm(x, f"{place}.layers.{first + 2}")


def cell(x, k):
    operation = f"blocks.{k}.operations"
    n1 = relu_conv_norm(x, f"{operation}.1<-0:nor_conv_3x3")
    n2 = x + F.avg_pool2d(n1, 3, stride=1, padding=1, count_include_pad=False)
    return relu_conv_norm(n1, f"{operation}.3<-1:nor_conv_1x1") + n2


def residual(x, k):
    body = relu_conv_norm(relu_conv_norm(x, f"blocks.{k}.body", 0, 2), f"blocks.{k}.body", 3)
    return body + conv(F.avg_pool2d(x, 2), f"blocks.{k}.shortcut.layers.1")


def network(x):
    x = norm(conv(x, "stem.layers.layers.0"), "stem.layers.layers.1")
    for k, block in enumerate([cell, residual, cell, residual, cell]):
        x = block(x, k)
    x = F.relu(norm(x, "head.layers.0")).mean(dim=(2, 3))
    return F.linear(x, state["classifier.weight"], state["classifier.bias"])


optimizer = torch.optim.SGD(weights.values(), lr=1, momentum=0.9, nesterov=True, weight_decay=given["weightDecay"])
losses = []
for rate in given["rates"]:
    optimizer.param_groups[0]["lr"] = rate
    optimizer.zero_grad()
    loss = F.cross_entropy(network(images), labels, label_smoothing=given["labelSmoothing"])
    loss.backward()
    torch.nn.utils.clip_grad_norm_(weights.values(), given["clip"])
    optimizer.step()
    losses.append(loss.item())
print(json.dumps({"losses": losses, "state": {name: value.detach().flatten().tolist() for name, value in state.items()}}))
