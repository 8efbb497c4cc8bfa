using static SaliencyCluster.Onnx.Tests.Shapes.OpInput;

namespace SaliencyCluster.Onnx.Tests.Shapes;

internal static class ResizeCases
{
    public static readonly OpCase[] All =
    [
        new OpCase("DepthToSpace", [9, 11, 13], X(2, 8, 3, 4)).With(("blocksize", 2)),
        new OpCase("SpaceToDepth", [9, 13], X(2, 3, 4, 6)).With(("blocksize", 2)),
        new("Resize", [10], X(1, 2, 5, 7), Fs(1, 1, 2, 1.3f)),
        new("Resize", [13, 18], X(1, 2, 5, 7), None, Fs(1, 1, 1.7f, 0.6f)),
        new("Resize", [13, 19], X(1, 2, 5, 7), None, None, L(1, 2, 8, 3)),
        new("Resize", [11], X(1, 2, 5, 7), Fs(), Fs(1, 1, 1.7f, 0.6f)),
        new OpCase("Resize", [11], X(1, 2, 5, 7), Fs(), Fs(), L(1, 2, 8, 3)).With(("mode", "linear")),
        new OpCase("Resize", [18], X(1, 2, 5, 7), None, Fs(2, 3)).With(("axes", I(2, 3))),
        new OpCase("Resize", [18], X(1, 2, 5, 7), None, None, L(9, 9)).With(("axes", I(2, 3)), ("keep_aspect_ratio_policy", "not_larger")),
        new OpCase("Resize", [18], X(1, 2, 5, 7), None, None, L(9, 9)).With(("axes", I(2, 3)), ("keep_aspect_ratio_policy", "not_smaller")),
        new OpCase("Upsample", [7], X(1, 2, 5, 7)).With(("scales", new[] { 1f, 1, 2, 1.5f })),
        new("Upsample", [9], X(1, 2, 5, 7), Fs(1, 1, 2, 1.5f)),
    ];
}
