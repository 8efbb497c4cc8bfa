using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>How like the image a point is to a tensor of the model: <see cref="ScoreKind.Likeness"/>.</summary>
internal static class Likeness
{
    /// <summary>Appends the forward pass of the image, and the score with its gradient at the tensor.</summary>
    /// <param name="forward">The pass of the points.</param>
    /// <param name="tensor">The tensor that is compared.</param>
    /// <param name="weights">What each element weighs.</param>
    /// <param name="image">The image.</param>
    /// <param name="compute">The type of floats.</param>
    /// <param name="layout">Where the model has its channels.</param>
    public static (Value Score, Value Gradient) Append(
        ForwardGraph forward, Value tensor, Value weights, Value image, ElementType compute, ImageLayout layout)
    {
        var graph = forward.Graph;
        var wanted = ReferencePass.Import(forward, image, compute, layout).Reference![tensor];
        var axes = Shapes.Range(1, tensor.Rank);
        var away = weights * (tensor - wanted);
        var whole = graph.Sum(weights * wanted * wanted, axes);
        var distance = graph.Sum(away * (tensor - wanted), axes, keep: false);
        return (-distance / graph.Reshape(whole, tensor.Shape[0]), -2 * away / whole);
    }
}
