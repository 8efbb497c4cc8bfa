using SaliencyCluster.Autodiff.Graphs;

namespace SaliencyCluster.Autodiff.Rules;

/// <summary>Resampling. Every mode is linear and separable, so the gradient is a product with a constant matrix along each resized axis.</summary>
internal static class ResizeRules
{
    public static readonly VjpRule[] All =
    [
        Rule.Unary("Resize", since: 10, c =>
        {
            var dy = c.Dy;
            for (var axis = 0; axis < c.X.Rank; axis++)
                if (ResizeAxis.Of(c.Node, axis) is { } resize) dy = c.Graph.Along(dy, axis, resize.Matrix(c.Graph));
            return dy;
        }),
    ];
}
