using SaliencyCluster.Attribution;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>Lists the layers of a model that have something to forget.</summary>
public static class WeightLayers
{
    /// <summary>The layers in the order in which the graph computes them, from image to output.</summary>
    /// <remarks>
    /// A tensor that several nodes share belongs to the first of them. The constant of an <c>Add</c> right after a <c>MatMul</c> is
    /// that layer's bias, since exporters write linear layers so. A batch normalisation that an exporter folded into its convolution
    /// is part of the convolution.
    /// </remarks>
    public static IReadOnlyList<WeightLayer> Of(OnnxModel model)
    {
        var graph = model.Proto.Graph;
        var source = new ParameterSource(graph);
        var taken = new HashSet<string>();
        var layers = new List<WeightLayer>();
        foreach (var node in graph.Node)
        {
            var parameters = ParametersOf(node, source).Where(p => taken.Add(p.Tensor)).ToList();
            if (parameters.Count == 0) continue;
            var bias = node.OpType == "MatMul" ? BiasAfter(node, parameters[0].FanIn, graph, source) : null;
            if (bias is not null && taken.Add(bias.Tensor)) parameters.Add(bias);
            layers.Add(new(node.Name.Length > 0 ? node.Name : node.Output[0], node.OpType, parameters));
        }
        return layers;
    }

    private static IEnumerable<LayerParameter> ParametersOf(NodeProto node, ParameterSource source)
    {
        if (!ParameterRule.All.TryGetValue(node.OpType, out var rule)) yield break;
        // The constant of a product may stand on its left: x W and W x are both linear layers.
        var left = node.OpType == "MatMul" && source.Find(node.Input[1]) is null;
        long fanIn = 1;
        foreach (var (index, role) in rule.Inputs)
        {
            var input = left ? 0 : index;
            if (node.Input.Count <= input || source.Find(node.Input[input]) is not { } found) continue;
            if (role == ParameterRole.Weight) fanIn = left ? found.Shape[^1] : rule.FanIn(node, found.Shape);
            yield return new(NameOf(node.Input[input], source), role, fanIn, found.Shape.Aggregate(1L, (n, d) => n * d));
        }
    }

    private static LayerParameter? BiasAfter(NodeProto product, long fanIn, GraphProto graph, ParameterSource source)
    {
        var add = graph.Node.FirstOrDefault(n => n.OpType == "Add" && n.Input.Contains(product.Output[0]));
        var constant = add?.Input.FirstOrDefault(i => i != product.Output[0]);
        if (constant is null || source.Find(constant) is not { } found) return null;
        return new(NameOf(constant, source), ParameterRole.Bias, fanIn, found.Shape.Aggregate(1L, (n, d) => n * d));
    }

    /// <summary>The name under which the graph stores the tensor: a Constant's tensor has none of its own, so its output's counts.</summary>
    private static string NameOf(string input, ParameterSource source)
    {
        while (source.ProducerOf(input) is { OpType: not "Constant" } node) input = node.Input[0];
        return input;
    }
}
