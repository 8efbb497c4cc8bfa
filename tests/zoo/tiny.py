"""Tiny variants: the same code of torchvision, run with fewer channels or smaller configurations."""
import contextlib
import functools
import math

from torch import nn
from torchvision import models
from torchvision.models import efficientnet, segmentation
from torchvision.models.convnext import CNBlockConfig
from torchvision.models.swin_transformer import SwinTransformer
from torchvision.models.vision_transformer import VisionTransformer

CLASSES = 10


@contextlib.contextmanager
def channels_divided_by(k):
    """Inside, every convolution, linear layer and batch norm is built with 1/k of its channels (rounded up).

    Fewer than k channels stay as they are, so that colours and classes do. The mapping is a function of the number alone:
    layers that meet still fit. Concatenations need a k that divides what they join.
    """
    def few(n):
        return n if n < k or n == CLASSES else math.ceil(n / k)

    conv, linear, norm = nn.Conv2d.__init__, nn.Linear.__init__, nn.BatchNorm2d.__init__

    def small_conv(self, ins, outs, *args, groups=1, **kwargs):
        g = few(groups) if groups == ins else min(groups, 4)
        while few(ins) % g or few(outs) % g:
            g -= 1
        conv(self, few(ins), few(outs), *args, groups=g, **kwargs)

    def small_linear(self, in_features, out_features, **kwargs):
        linear(self, few(in_features), few(out_features), **kwargs)

    def small_norm(self, features, *args, **kwargs):
        norm(self, few(features), *args, **kwargs)

    nn.Conv2d.__init__, nn.Linear.__init__, nn.BatchNorm2d.__init__ = small_conv, small_linear, small_norm
    try:
        yield
    finally:
        nn.Conv2d.__init__, nn.Linear.__init__, nn.BatchNorm2d.__init__ = conv, linear, norm


def _classifier(name, k, **options):
    def build():
        with channels_divided_by(k):
            return getattr(models, name)(weights=None, num_classes=CLASSES, **options)
    return build


def _pooled_to_one(name, k, features):
    """AlexNet and VGG: global pooling instead of 6x6 or 7x7, or their first linear layer would be most of the file."""
    def build():
        model = _classifier(name, k)()
        model.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        position = next(i for i, layer in enumerate(model.classifier) if isinstance(layer, nn.Linear))
        model.classifier[position] = nn.Linear(features, model.classifier[position].out_features)
        return model
    return build


def _segmenter(name, k, **options):
    def build():
        with channels_divided_by(k):
            return getattr(segmentation, name)(weights=None, weights_backbone=None, num_classes=5, **options)
    return build


def _efficientnet_v2():
    """All six kinds of stages of efficientnet_v2_s, each at most two blocks deep."""
    with channels_divided_by(16):
        stages, last_channel = efficientnet._efficientnet_conf("efficientnet_v2_s")
        for stage in stages:
            stage.num_layers = min(stage.num_layers, 2)
        return models.EfficientNet(stages, dropout=0.2, last_channel=last_channel, num_classes=CLASSES,
                                   norm_layer=functools.partial(nn.BatchNorm2d, eps=1e-3))


def _convnext():
    return models.ConvNeXt([CNBlockConfig(4, 8, 1), CNBlockConfig(8, 12, 1), CNBlockConfig(12, 16, 2), CNBlockConfig(16, None, 1)],
                           num_classes=CLASSES)


def _vit():
    return VisionTransformer(image_size=32, patch_size=8, num_layers=3, num_heads=2, hidden_dim=16, mlp_dim=32, num_classes=CLASSES)


def _swin():
    return SwinTransformer(patch_size=[4, 4], embed_dim=8, depths=[2, 2], num_heads=[2, 4], window_size=[4, 4], num_classes=CLASSES)


# name -> builder, image shape, opset, target, options
# Options: free (batch is a free dimension), fixed (batch 1 written into the file), unfolded (batch norms and constants
# stay as the exporter found them), initializers-as-inputs (the form of old exporters), short-names (PyTorch writes each
# layer's whole path into every name; where that alone would pass the size limit, names are shortened afterwards).
TINY = {
    "alexnet": (_pooled_to_one("alexnet", 24, 11), [3, 64, 64], 9, "3", "free"),
    "vgg11_bn": (_pooled_to_one("vgg11_bn", 32, 16), [3, 32, 32], 10, "3", "free unfolded initializers-as-inputs"),
    "resnet18": (_classifier("resnet18", 16), [3, 40, 40], 11, "3", "fixed"),
    "resnet18-unfolded": (_classifier("resnet18", 24), [3, 33, 33], 17, "3", "free unfolded"),
    "resnext50_32x4d": (_classifier("resnext50_32x4d", 32), [3, 40, 40], 11, "3", "free"),
    "wide_resnet50_2": (_classifier("wide_resnet50_2", 48), [3, 40, 40], 12, "3", "free"),
    "densenet121": (_classifier("densenet121", 32), [3, 33, 33], 10, "3", "free"),
    "googlenet": (_classifier("googlenet", 16, init_weights=False), [3, 64, 64], 11, "3", "free"),
    "inception_v3": (_classifier("inception_v3", 32, init_weights=False, aux_logits=False), [3, 80, 80], 12, "3", "free"),
    "squeezenet1_1": (_classifier("squeezenet1_1", 8), [3, 48, 48], 9, "3", "fixed unfolded"),
    "shufflenet_v2": (lambda: models.ShuffleNetV2([2, 3, 2], [8, 8, 16, 32, 48], num_classes=CLASSES), [3, 40, 40], 13, "3", "free"),
    "mobilenet_v2": (_classifier("mobilenet_v2", 10), [3, 40, 40], 10, "3", "free"),
    "mobilenet_v3_large": (_classifier("mobilenet_v3_large", 16), [3, 40, 40], 14, "3", "free"),
    "mobilenet_v3_large-opset12": (_classifier("mobilenet_v3_large", 20), [3, 40, 40], 12, "3", "fixed unfolded"),
    "mnasnet1_0": (_classifier("mnasnet1_0", 16), [3, 40, 40], 11, "3", "free"),
    "efficientnet_b0": (_classifier("efficientnet_b0", 16), [3, 40, 40], 15, "3", "free"),
    "efficientnet_v2_s": (_efficientnet_v2, [3, 33, 33], 16, "3", "free"),
    "regnet_y_400mf": (_classifier("regnet_y_400mf", 20), [3, 40, 40], 12, "3", "free"),
    "convnext_tiny": (_convnext, [3, 64, 64], 17, "3", "free"),
    "convnext_tiny-opset13": (_convnext, [3, 64, 64], 13, "3", "fixed unfolded"),
    "vit_b_16": (_vit, [3, 32, 32], 14, "3", "free"),
    "vit_b_16-opset11": (_vit, [3, 32, 32], 11, "3", "fixed"),
    "vit_b_16-opset17": (_vit, [3, 32, 32], 17, "3", "free unfolded"),
    "swin_t": (_swin, [3, 36, 36], 16, "3", "free short-names"),
    "swin_t-fixed": (_swin, [3, 32, 32], 12, "3", "fixed short-names"),
    "fcn_resnet50": (_segmenter("fcn_resnet50", 48, aux_loss=True), [3, 40, 40], 11, "3,:,:", "free"),
    "deeplabv3_mobilenet_v3_large": (_segmenter("deeplabv3_mobilenet_v3_large", 32), [3, 48, 48], 13, "3,:,:", "free"),
    "lraspp_mobilenet_v3_large": (_segmenter("lraspp_mobilenet_v3_large", 16), [3, 48, 48], 17, "3,:,:", "free"),
    "lraspp_mobilenet_v3_large-fixed": (_segmenter("lraspp_mobilenet_v3_large", 20), [3, 48, 48], 11, "2,:,:", "fixed unfolded"),
}
