"""Writes torchvision's models with random weights of one seed as ONNX, for the engine, and as TorchScript, for LibTorch.   export.py FOLDER [MODEL ...]"""
import os, sys, warnings
import torch, torchvision

MODELS = ["resnet18", "resnet50", "mobilenet_v2", "densenet121", "vgg16", "efficientnet_b0", "vit_b_16"]


def network(name):
    torch.manual_seed(0)
    model = getattr(torchvision.models, name)(weights=None).eval()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for module in model.modules():
        # Any dropout, which evaluation ignores, keeps PyTorch off its fused attention, which ONNX has no operators for.
        if isinstance(module, torch.nn.MultiheadAttention):
            module.dropout = 1e-9
    return model


def export(name, folder):
    onnx, script = (os.path.join(folder, name + end) for end in (".onnx", ".pt"))
    if os.path.exists(onnx) and os.path.exists(script):
        return
    os.makedirs(folder, exist_ok=True)
    model, image = network(name), torch.rand(2, 3, 224, 224)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the tracer, about checks of shapes in the models
        torch.onnx.export(model, image, onnx + ".part", input_names=["input"], output_names=["logits"],
                          dynamic_axes={"input": {0: "N"}, "logits": {0: "N"}}, opset_version=14)
        torch.jit.trace(model, image).save(script + ".part")
    os.rename(onnx + ".part", onnx)
    os.rename(script + ".part", script)


if __name__ == "__main__":
    for model in sys.argv[2:] or MODELS:
        export(model, sys.argv[1])
