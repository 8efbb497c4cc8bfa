using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Reverse;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Costs;

/// <summary>Reckons what a model takes at one image, before anything is compiled or run.</summary>
internal static class CostEstimate
{
    /// <summary>Appends the reverse pass to the forward pass and reckons both.</summary>
    /// <param name="forward">The forward pass; its graph grows by the gradient.</param>
    /// <param name="output">The explained output.</param>
    /// <param name="path">The way from image to output.</param>
    public static ModelCost Of(ForwardGraph forward, Value output, GradientPath path)
    {
        var there = Of(forward.Graph, output);
        var back = Gradient(forward, output, path) is { } gradient ? Of(forward.Graph, output, gradient) : null;
        return new(there.PeakBytes, there.Operations, back?.PeakBytes ?? 0, back?.Operations ?? 0);
    }

    private static GraphCost Of(GraphBuilder graph, params Value[] outputs) => GraphCost.Of(GraphWriter.Needed(graph, outputs), outputs);

    private static Value? Gradient(ForwardGraph forward, Value output, GradientPath path)
    {
        if (!path.Exists || path.Missing.Count > 0 || !output.IsFloat) return null;
        try
        {
            return ReversePass.Append(forward, path, forward.Graph.Input("output_gradient", output.Type), VjpRuleTable.Default)[0];
        }
        catch (SaliencyException)
        {
            // Whoever asks for a gradient is told so with the code of this error; the forward pass may be what others want.
            return null;
        }
    }
}
