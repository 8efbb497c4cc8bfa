"""Small networks for what torchvision's classifiers do not use: decoders, 1-D and 3-D data, attention, indexing, targets."""
import torch
import torch.nn.functional as F
from torch import nn


class UNet(nn.Module):
    """Encoder and decoder with a skip connection; enlarges by interpolation or by transposed convolution."""

    def __init__(self, mode):
        super().__init__()
        self.mode = mode
        self.down1, self.down2 = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 8, 3, padding=1)
        self.up = nn.ConvTranspose2d(8, 8, 3, stride=2, padding=1, output_padding=1) if mode == "transposed" else nn.Conv2d(8, 8, 3, padding=1)
        self.last = nn.Conv2d(14, 4, 1)

    def forward(self, x):
        a = F.relu(self.down1(x))
        b = torch.tanh(self.down2(F.max_pool2d(a, 2)))
        if self.mode == "transposed":
            b = self.up(b)
        else:
            align = None if self.mode == "nearest" else False
            b = self.up(F.interpolate(b, scale_factor=2, mode=self.mode, align_corners=align))
        return self.last(torch.cat([a, b], 1))


class Sound(nn.Module):
    """1-D convolutions, pools and a transposed convolution."""

    def __init__(self):
        super().__init__()
        self.first, self.norm, self.second = nn.Conv1d(2, 6, 7, stride=2, padding=3), nn.BatchNorm1d(6), nn.Conv1d(6, 8, 3, dilation=2, groups=2)
        self.widen, self.head = nn.ConvTranspose1d(8, 4, 4, stride=2, padding=1), nn.Linear(4, 5)

    def forward(self, x):
        x = F.max_pool1d(F.elu(self.norm(self.first(x))), 3, stride=2, padding=1)
        x = F.avg_pool1d(F.softplus(self.second(x)), 3, stride=1, padding=1, count_include_pad=False)
        return self.head(self.widen(x).mean(-1))


class Volume(nn.Module):
    """3-D convolutions and pools."""

    def __init__(self):
        super().__init__()
        self.first, self.norm, self.second = nn.Conv3d(1, 4, 3, padding=1), nn.BatchNorm3d(4), nn.Conv3d(4, 6, (1, 3, 3), stride=(1, 2, 2))
        self.widen, self.head = nn.ConvTranspose3d(6, 3, 2, stride=2), nn.Linear(3, 5)

    def forward(self, x):
        x = F.max_pool3d(F.leaky_relu(self.norm(self.first(x)), 0.2), 2, ceil_mode=True)
        x = F.avg_pool3d(torch.sigmoid(self.second(x)), 2, stride=1, ceil_mode=True)
        return self.head(F.adaptive_max_pool3d(self.widen(x), 1).flatten(1))


class SuperResolution(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(3, 8, 5, padding=2), nn.Conv2d(8, 12, 3, padding=1)

    def forward(self, x):
        x = F.pad(F.hardswish(self.first(x)), (1, 1, 1, 1), mode="reflect")
        return F.pixel_shuffle(self.second(x)[:, :, 1:-1, 1:-1], 2)


class Activations(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(3 if i == 0 else 4, 4, 3, padding=1) for i in range(14))
        self.prelu = nn.PReLU(4)

    def forward(self, x):
        functions = [F.elu, F.selu, F.celu, F.gelu, F.hardsigmoid, F.hardswish, F.mish, F.softplus, F.softsign, self.prelu, F.silu,
                     F.relu6, F.logsigmoid, lambda v: torch.sin(v) * torch.cos(v) + torch.abs(v) + 1 / (2 + torch.tanh(v)) + torch.erf(v)]
        y = self.layers[0](x)
        for layer, function in zip([*self.layers[1:], None], functions):
            y = function(y)
            if layer is not None:
                y = layer(2 * y)
        return y.mean((2, 3))


class Norms(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.group, self.instance, self.layer = nn.Conv2d(3, 8, 3), nn.GroupNorm(2, 8), nn.InstanceNorm2d(8, affine=True), nn.LayerNorm([8, 14, 14])
        self.local, self.batch, self.head = nn.LocalResponseNorm(3, alpha=0.5), nn.BatchNorm2d(8), nn.Linear(8, 6)

    def forward(self, x):
        x = self.layer(self.group(self.first(x))) + self.instance(self.first(x))
        x = self.batch(self.local(x))
        return self.head(F.normalize(x, dim=1).std((2, 3)))


class Reductions(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)

    def forward(self, x):
        x = torch.tanh(self.first(x))
        parts = [x.amax((2, 3)), x.amin(3).sum(2), x.logsumexp((2, 3)), (1 + 0.1 * x).prod(3).prod(2), x.norm(p=1, dim=(2, 3)),
                 x.norm(p=2, dim=(2, 3)), x.var((2, 3)), x.cumsum(2).mean((2, 3)), torch.max(x, x.flip(3)).mean((2, 3)),
                 torch.minimum(x, x.roll(1, 2)).mean((2, 3)), F.lp_pool2d(x.abs() + 0.1, 2, 3).mean((2, 3))]
        return torch.cat(parts, 1)


class Indexing(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 6, 3, stride=2)
        self.register_buffer("pick", torch.tensor([4, 0, 2, 2]))
        self.register_buffer("mask", torch.arange(36).reshape(6, 6) % 5 == 0)

    def forward(self, x):
        x = torch.tanh(self.first(x))  # [N, 6, 6, 6]
        a, b = x.split([2, 4], 1)
        y = torch.cat([a[:, :, 1::2, :-1].flatten(1), b[:, 1, -3:].flatten(1)], 1)
        y = torch.cat([y, x[:, self.pick].mean((2, 3)), x.index_select(3, self.pick[:2]).sum((1, 2))], 1)
        values, indices = x.flatten(1).topk(7, dim=1)
        y = torch.cat([y, values, x.flatten(1).gather(1, indices * 0 + 3)], 1)
        y = torch.cat([y, x.masked_fill(self.mask, 2.0).sum((2, 3)), torch.where(x > 0, x, 3 * x).sum((1, 2))], 1)
        y = torch.cat([y, x[:, :, :2, :2].repeat(1, 1, 2, 3).pow(2).sum((2, 3)), x[:, :, :1].expand(-1, -1, 4, -1).exp().sum((1, 2))], 1)
        y = torch.cat([y, torch.einsum("nchw,ncvw->nhv", x, x).flatten(1), torch.stack(x.unbind(1), 3).sum((1, 2))], 1)
        z = x.new_zeros(x.shape[0], 6, 6).scatter(2, indices[:, :1, None].expand(-1, 6, 1) * 0 + 1, x[:, :, :1, 0])
        return torch.cat([y, z.flatten(1)], 1)


class Attention(nn.Module):
    """One transformer layer with a causal mask over image rows, and a final softmax: logits are the default target."""

    def __init__(self, softmax=True):
        super().__init__()
        self.softmax = softmax
        self.embed, self.attention, self.norm, self.head = nn.Linear(36, 16), nn.MultiheadAttention(16, 4, batch_first=True), nn.LayerNorm(16), nn.Linear(16, 7)
        self.register_buffer("mask", torch.triu(torch.full((12, 12), float("-inf")), 1))

    def forward(self, x):
        x = self.embed(x.permute(0, 2, 1, 3).flatten(2))
        x = self.norm(x + self.attention(x, x, x, attn_mask=self.mask, need_weights=False)[0])
        x = self.head(F.gelu(x).mean(1))
        return F.softmax(x, -1) if self.softmax else x


class Regression(nn.Module):
    """One number for each image, in an output of rank 1, and boxes beside it."""

    def __init__(self):
        super().__init__()
        self.first, self.age, self.boxes = nn.Conv2d(3, 6, 3, stride=2), nn.Linear(6, 1), nn.Conv2d(6, 8, 1)

    def forward(self, x):
        x = F.silu(self.first(x))
        return {"age": self.age(x.mean((2, 3))).squeeze(1), "boxes": self.boxes(x).flatten(2).permute(0, 2, 1).reshape(x.shape[0], -1, 2, 4)}


class PostNorm(nn.Module):
    """A transformer layer of the first kind: normalised after each sum, GELU by tanh."""

    def __init__(self):
        super().__init__()
        self.embed, self.q, self.k, self.v, self.out = nn.Linear(36, 16), nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 16), nn.Linear(16, 16)
        self.first, self.second, self.wide, self.narrow, self.head = nn.LayerNorm(16), nn.LayerNorm(16), nn.Linear(16, 32), nn.Linear(32, 16), nn.Linear(16, 5)

    def forward(self, x):
        x = self.embed(x.permute(0, 2, 1, 3).flatten(2))
        weights = torch.softmax(self.q(x) @ self.k(x).transpose(1, 2) / 4, -1)
        x = self.first(x + self.out(weights @ self.v(x)))
        y = self.wide(x)
        y = 0.5 * y * (1 + torch.tanh(0.7978845608 * (y + 0.044715 * y * y * y)))
        return self.head(self.second(x + self.narrow(y)).mean(1))


class Plain(nn.Module):
    """A small convolutional classifier whose files are then rewritten in other exporters' ways (rewrites.py).

    Its weights are multiples of 1/128, which every float type holds exactly.
    """

    def __init__(self):
        super().__init__()
        self.a, self.norm, self.b, self.head = nn.Conv2d(3, 6, 3, bias=False), nn.BatchNorm2d(6), nn.Conv2d(6, 8, 3, stride=2), nn.Linear(8, 5)

    def eval(self):
        with torch.no_grad():
            for p in [*self.parameters(), *self.buffers()]:
                if p.is_floating_point():
                    p.copy_((p * 128).round() / 128)
        return super().eval()

    def forward(self, x):
        x = F.relu(self.b(F.relu(self.norm(self.a(x)))))
        return self.head(F.adaptive_avg_pool2d(x, 1).reshape(x.shape[0], -1))


class WrittenBatch(Plain):
    """As Plain, with the batch written into a Reshape and a matrix product over rows that are images."""

    def forward(self, x):
        x = F.relu(self.b(F.relu(self.norm(self.a(x)))))
        return self.head(x.mean((2, 3)).reshape(x.shape[0] if self.training else 1, 8))


class Branching(Plain):
    """Scripted: an If whose condition is known once shapes are."""

    def forward(self, x):
        x = F.relu(self.b(F.relu(self.norm(self.a(x)))))
        if x.dim() == 4 and x.shape[1] == 8:
            x = x.mean((2, 3))
        else:
            x = x.flatten(1)
        return self.head(x)


class Layered(nn.Module):
    """Layer norms that are exported as functions of the model."""

    def __init__(self):
        super().__init__()
        self.embed, self.one, self.two, self.head = nn.Linear(27, 12), nn.LayerNorm(12), nn.LayerNorm(12), nn.Linear(12, 5)

    def forward(self, x):
        x = self.one(self.embed(x.flatten(1)))
        return self.head(self.two(x * torch.sigmoid(1.702 * x)) + x)


class Quantized(Plain):
    """Fake quantisation as quantisation-aware training leaves it: QuantizeLinear and DequantizeLinear pairs."""

    def forward(self, x):
        x = torch.fake_quantize_per_tensor_affine(x, 0.02, 0, -128, 127)
        x = torch.tanh(F.conv2d(x, torch.fake_quantize_per_channel_affine(
            self.a.weight, torch.full((6,), 0.004), torch.zeros(6, dtype=torch.int32), 0, -128, 127)))
        x = F.silu(self.b(torch.fake_quantize_per_tensor_affine(x, 0.008, 128, 0, 255)))
        return self.head(x.mean((2, 3)))


SIDE = [3, 16, 16]

# name -> builder, image shape, opset, target, options
SMALL = {
    "unet-nearest-opset9": (lambda: UNet("nearest"), SIDE, 9, "2,:,:", "free"),
    "unet-nearest-opset10": (lambda: UNet("nearest"), SIDE, 10, "2,:,:", "free"),
    "unet-nearest-opset13": (lambda: UNet("nearest"), SIDE, 13, "2,5,:", "free"),
    "unet-bilinear": (lambda: UNet("bilinear"), SIDE, 11, "1,:,:", "free"),
    "unet-bicubic": (lambda: UNet("bicubic"), SIDE, 16, "1,3,4", "free"),
    "unet-transposed": (lambda: UNet("transposed"), SIDE, 9, "0,:,:", "fixed"),
    "sound": (Sound, [2, 61], 13, "2", "free unfolded"),
    "volume": (Volume, [1, 6, 13, 13], 12, "2", "free unfolded"),
    "super-resolution": (SuperResolution, [3, 10, 10], 14, ":,4,4", "free"),
    "activations-opset12": (Activations, [3, 8, 8], 12, "1", "free unfolded"),
    "activations-opset17": (Activations, [3, 8, 8], 17, "1", "free"),
    "norms-opset11": (Norms, SIDE, 11, "2", "free unfolded"),
    "norms-opset17": (Norms, SIDE, 17, "2", "free"),
    "reductions": (Reductions, [3, 9, 9], 13, ":", "free"),
    "reductions-opset11": (Reductions, [3, 9, 9], 11, ":", "free"),
    "indexing-opset12": (Indexing, [3, 13, 13], 12, ":", "free"),
    "indexing-opset16": (Indexing, [3, 13, 13], 16, ":", "fixed"),
    "post-norm": (PostNorm, [3, 12, 12], 13, "2", "free"),
    "attention": (Attention, [3, 12, 12], 14, "2", "free"),
    "regression": (Regression, SIDE, 13, "", "free"),
    "written-batch": (WrittenBatch, SIDE, 13, "2", "fixed"),
    "branching": (Branching, SIDE, 13, "2", "free scripted"),
    "functions": (Layered, [3, 3, 3], 15, "2", "free functions"),
    "quantized": (Quantized, SIDE, 13, "2", "free"),
    "plain": (Plain, SIDE, 13, "2", "free unfolded"),
}

# Saved after ONNX Runtime's offline optimisation, which puts operators of com.microsoft into the file.
OPTIMIZED = {f"{name}-optimized": name for name in (
    "resnet18", "mobilenet_v2", "mobilenet_v3_large", "vit_b_16", "convnext_tiny-opset13", "attention", "post-norm", "functions", "unet-transposed")}
