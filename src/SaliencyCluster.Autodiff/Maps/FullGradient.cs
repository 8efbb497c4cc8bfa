using SaliencyCluster.Autodiff.Attention;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Reverse;
using SaliencyCluster.Autodiff.Rules;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>The score as a sum over the image and every bias: input times gradient, and each bias times the gradient where it is added.</summary>
/// <remarks>
/// Srinivas and Fleuret, 2019, https://arxiv.org/abs/1905.00780. The terms add up to the score where everything else is homogeneous, such
/// as convolutions, Relu and pools. A BatchNormalization's bias is what it adds when its scale is taken as a weight.
/// </remarks>
internal static class FullGradient
{
    private const double Epsilon = 1e-6;

    /// <summary>The map, as the authors' code makes it: each term's magnitude scaled to 0 to 1, enlarged with corners aligned and added up over
    /// channels and terms; biases without a grid are left out.</summary>
    public static Value Append(MapContext c)
    {
        var image = c.Forward.Image;
        if (image.Rank != 4) throw Errors.LayerShape(c.Forward.Source.Model.Source, c.Forward.Source.Model.ImageInput, "Full-gradient", image.Shape);
        var transformer = Transformer.Of(c.Forward, c.Output);
        var terms = Terms(c);
        var map = c.Graph.Sum(Scaled(terms[0].Value), [1]);
        foreach (var (value, at) in terms.Skip(1))
            if (OnGrid(value, at, transformer) is { } grid) map += Enlarged(c.Graph.Sum(Scaled(grid), [1]), image.Shape);
        return map;
    }

    /// <summary>What image and biases add to the score, element by element, and the value that each belongs to: the image first.</summary>
    internal static IReadOnlyList<(Value Value, Value At)> Terms(MapContext c)
    {
        var (graph, image) = (c.Graph, c.Forward.Image);
        var needed = GraphWriter.Needed(graph, [c.Output]);
        var varying = Reach.From(needed, image);
        var path = GradientPath.Find(c.Forward, image, c.Output, VjpRuleTable.Of(c.Spec.Rules));
        var biases = needed.Where(n => n.Outputs[0] is { } y && varying.Contains(y) && path.Contains(y))
            .Select(n => (At: n.Outputs[0]!, Bias: BiasOf(n, varying))).Where(b => b.Bias is not null).ToList();
        var gradients = c.Gradients([image, .. biases.Select(b => b.At)], c.Spec.Rules);
        return [(image * gradients[0], image), .. biases.Zip(gradients.Skip(1)).Select(p => (p.Second * p.First.Bias!, p.First.At))];
    }

    // What a node adds to its result whatever comes in, broadcast against it; null where that is nothing.
    private static Value? BiasOf(GraphNode node, HashSet<Value> varying)
    {
        var (graph, y) = (node.Outputs[0]!.Graph, node.Outputs[0]!);
        switch (node.Op)
        {
            case "Conv" or "ConvTranspose":
                return Input(2) is { } bias ? PerChannel(bias) : null;
            case "InstanceNormalization":
                return Input(2) is { } shift ? PerChannel(shift) : null;
            case "LayerNormalization":
                return Input(2);
            case "BatchNormalization":
                var deviation = graph.Unary("Sqrt", Input(4)! + node.Float("epsilon", 1e-5f));
                return PerChannel(Input(2)! - (Input(1)! * Input(3)! / deviation));
            case "Gemm":
                return Input(2) is { } c ? c * node.Float("beta", 1) : null;
            case "Add" or "Sum" when node.Inputs.FirstOrDefault(i => i is not null && !varying.Contains(i)) is { } added:
                return added;
            case "Sub" when !varying.Contains(Input(1)!):
                return -Input(1)!;
            case "Sub" when !varying.Contains(Input(0)!):
                return Input(0);
            default:
                return null;
        }

        Value? Input(int i) => node.Inputs.ElementAtOrDefault(i);

        Value PerChannel(Value vector) => graph.Reshape(vector, [vector.Shape[0], .. Enumerable.Repeat(1L, y.Rank - 2)]);
    }

    // Channels first; null for terms without places.
    private static Value? OnGrid(Value term, Value at, Transformer transformer)
    {
        if (transformer.TokensOf(at) is { } tokens) return transformer.OnGrid(term, tokens);
        var axes = transformer.Axes[at];
        int Axis(Counted what) => Array.FindIndex(axes.Each, a => a is [{ Covers: true } f] && f.What == what);
        var (rows, columns) = (Axis(Counted.Rows), Axis(Counted.Columns));
        if (at.Rank != 4 || rows < 1 || columns < 1) return null;
        return term.Graph.Transpose(term, 0, 6 - rows - columns, rows, columns);
    }

    private static Value Scaled(Value term)
    {
        var (graph, all) = (term.Graph, Shapes.Range(1, term.Rank));
        var magnitude = graph.Unary("Abs", term);
        var above = magnitude - graph.Reduce("ReduceMin", magnitude, all);
        return above / (graph.Reduce("ReduceMax", above, all) + Epsilon);
    }

    private static Value Enlarged(Value map, long[] image)
    {
        long[] size = [map.Shape[0], 1, image[2], image[3]];
        return size.AsSpan().SequenceEqual(map.Shape) ? map : map.Graph.Node(
            "Resize", map.Type with { Shape = size }, [map, null, null, map.Graph.Ints(size)],
            ("mode", "linear"), ("coordinate_transformation_mode", "align_corners"));
    }
}
