"""The full-size models of torchvision, with random weights: name -> (builder, opset, target)."""
from torchvision import models
from torchvision.models import segmentation

SHAPE = [3, 224, 224]
SHAPES = {"inception_v3": [3, 299, 299]}  # others: SHAPE


def _classifier(name, **options):
    return lambda: getattr(models, name)(weights=None, **options)


def _segmenter(name, **options):
    return lambda: getattr(segmentation, name)(weights=None, weights_backbone=None, **options)


# Opsets differ on purpose: every version difference that PyTorch 1.13 can write is met somewhere.
FULL = {
    "alexnet": (_classifier("alexnet"), 9, "7"),
    "vgg11_bn": (_classifier("vgg11_bn"), 9, "7"),
    "resnet18": (_classifier("resnet18"), 13, "7"),
    "resnext50_32x4d": (_classifier("resnext50_32x4d"), 11, "7"),
    "wide_resnet50_2": (_classifier("wide_resnet50_2"), 12, "7"),
    "densenet121": (_classifier("densenet121"), 10, "7"),
    "googlenet": (_classifier("googlenet", init_weights=False), 11, "7"),
    "inception_v3": (_classifier("inception_v3", init_weights=False), 12, "7"),
    "squeezenet1_1": (_classifier("squeezenet1_1"), 9, "7"),
    "shufflenet_v2_x1_0": (_classifier("shufflenet_v2_x1_0"), 13, "7"),
    "mobilenet_v2": (_classifier("mobilenet_v2"), 10, "7"),
    "mobilenet_v3_large": (_classifier("mobilenet_v3_large"), 14, "7"),
    "mnasnet1_0": (_classifier("mnasnet1_0"), 11, "7"),
    "efficientnet_b0": (_classifier("efficientnet_b0"), 15, "7"),
    "efficientnet_v2_s": (_classifier("efficientnet_v2_s"), 16, "7"),
    "regnet_y_400mf": (_classifier("regnet_y_400mf"), 12, "7"),
    "convnext_tiny": (_classifier("convnext_tiny"), 17, "7"),
    "vit_b_16": (_classifier("vit_b_16"), 14, "7"),
    "swin_t": (_classifier("swin_t"), 16, "7"),
    "fcn_resnet50": (_segmenter("fcn_resnet50", aux_loss=True), 11, "3,:,:"),
    "deeplabv3_mobilenet_v3_large": (_segmenter("deeplabv3_mobilenet_v3_large"), 13, "3,:,:"),
    "lraspp_mobilenet_v3_large": (_segmenter("lraspp_mobilenet_v3_large"), 17, "3,:,:"),
}
