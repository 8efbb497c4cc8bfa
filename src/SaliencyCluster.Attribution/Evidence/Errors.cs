using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Evidence;

/// <summary>The errors of evidence, SAL27xx, made in one place.</summary>
internal static class Errors
{
    public static SaliencyException MapShape(int[] shape) => new(
        "SAL2701", $"A map of shape [{string.Join(',', shape)}] cannot be measured: measures compare pictures, [C,H,W] or [H,W].",
        "Explain a model whose input is an image.");
}
