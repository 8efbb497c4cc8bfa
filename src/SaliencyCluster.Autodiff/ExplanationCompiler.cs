using Google.Protobuf;
using SaliencyCluster.Autodiff.Costs;
using SaliencyCluster.Autodiff.Winograd;
using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.GpuForms;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Autodiff.TieBreaking;
using SaliencyCluster.Autodiff.PackedForms;
using SaliencyCluster.Autodiff.PointForms;
using SaliencyCluster.Autodiff.QuantizedPairs;
using SaliencyCluster.Autodiff.Polyphase;
using SaliencyCluster.Autodiff.BatchTiling;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff;

/// <summary>Turns (model, what is asked) into one ONNX graph that runs forward and backward.</summary>
public static class ExplanationCompiler
{
    // A serialized model must stay under 2 GiB; nodes and names never come near the 64 MiB that this leaves them.
    private const long MaxWeightBytes = int.MaxValue - (64L << 20);

    /// <summary>Compiles an explanation graph. Pure: the same arguments give the same bytes.</summary>
    /// <exception cref="SaliencyException">SAL11xx: no gradient rule, no path from image to output, unknown layer; names operator, opset, node and path.</exception>
    public static ExplanationGraph Compile(OnnxModel model, ExplanationSpec spec) => Compile(model, spec, ElementType.Float);

    /// <summary>Compiles with every floating-point value of the type <paramref name="compute"/>.</summary>
    internal static ExplanationGraph Compile(OnnxModel model, ExplanationSpec spec, ElementType compute) =>
        Build(model, spec, compute).Graph;

    /// <summary>Gets the nodes of an explanation graph with the types of their tensors, which the file does not hold.</summary>
    internal static IReadOnlyList<GraphNode> Nodes(OnnxModel model, ExplanationSpec spec) => Build(model, spec, ElementType.Float).Nodes;

    private static (ExplanationGraph Graph, IReadOnlyList<GraphNode> Nodes) Build(OnnxModel model, ExplanationSpec spec, ElementType compute)
    {
        Check(spec);
        var packs = spec is { Device: DeviceKind.Cpu, Precision: Precision.BFloat16 } && compute == ElementType.Float;
        // Where packing is not worth while, the graph is to the byte that of float32.
        return (packs ? TryBuild(model, spec, compute, packs) : null) ?? TryBuild(model, spec, compute, packs: false)!.Value;
    }

    private static (ExplanationGraph Graph, IReadOnlyList<GraphNode> Nodes)? TryBuild(
        OnnxModel model, ExplanationSpec spec, ElementType compute, bool packs)
    {
        long[] image = [spec.MicroBatch, .. spec.ImageShape];
        long[] own = [spec.MicroBatch, .. spec.Layout.ToOwn(spec.ImageShape)];
        var specialized = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = own });
        var explained = spec.Joined.Count > 0
            ? ExplainedOutput.Joined(specialized, spec.Joined, spec.MicroBatch)
            : spec.AsIs ? ExplainedOutput.AsIs(specialized, spec.Output, spec.MicroBatch)
            : spec.Score is ScoreKind.Tensor or ScoreKind.Likeness ? ExplainedOutput.Inside(specialized, spec)
            : ExplainedOutput.Find(specialized, spec.Output, spec.Probability, spec.MicroBatch);
        var source = explained.Source;
        var layer = LayerName.Resolve(source, spec, explained.Tensor);

        var graph = new GraphBuilder { Device = spec.Device, IsPlain = packs };
        graph.Reserve("weight", "multiplier", "score", "output", "partial", "partial_squared");
        var cut = CutLayer.Of(source, spec, explained.Tensor);
        var (point, factor) = spec.Points is null
            ? (graph.Input("point", new(compute, cut?.Shape ?? image)), null) : PointNodes.Append(graph, spec);
        graph.Point = point;
        var outputGradient = OutputGradient(graph, spec, new(compute, source.Types[explained.Tensor].Shape));
        var forward = cut is null
            ? ForwardImporter.Import(source, graph, point, compute, spec.Layout)
            : cut.Import(source, point, graph.Input("multiplier", new(compute, image)), compute, spec.Layout);
        if (spec.Rules == GradientRules.Rescale)
        {
            var reference = graph.Reference = graph.Input("multiplier", point.Type);
            forward = ReferencePass.Import(forward, reference, compute, spec.Layout);
            factor = point - reference;
        }
        var output = forward.Values[explained.Tensor];
        if (!output.IsFloat) throw Errors.BadOutput(model.Source, explained.Tensor, output.Type, spec.MicroBatch, source.Outputs);

        var score = spec.Score switch
        {
            ScoreKind.Likeness => Likeness.Append(
                forward, output, outputGradient, graph.Input("multiplier", point.Type), compute, spec.Layout),
            ScoreKind.LogProbability => LogProbability.Append(output, outputGradient),
            _ => (Score: graph.Sum(output * outputGradient, Shapes.Range(1, output.Rank), keep: false), Gradient: outputGradient),
        };
        var outputs = new List<(string Name, Value Value)> { ("score", score.Score) };
        long[] mapShape = [];
        if (spec.Map == PointMap.None)
        {
            outputs.Add(("output", output));
        }
        else
        {
            var map = PointMaps.Append(new(forward, spec, output, score.Gradient, layer is null ? null : forward.Values[layer])
            {
                OnGrid = spec.Tokens ? TokenLayer.OnGrid(forward, output, layer) : null,
                LayerIsChannelsLast = layer is not null && LayerLayouts.ChannelsLast(source, spec.Layout).Contains(layer),
            });
            mapShape = map.Shape[1..];
            outputs.AddRange(WeightedSums.Append(graph, spec, map, factor));
        }

        if (spec.Device == DeviceKind.Cpu) outputs = PairArithmetic.Rewrite(graph, outputs);
        var packedProducts = 0L;
        if (packs)
        {
            if (PackedGraph.Rewrite(graph, outputs) is not { } packed) return null;
            (outputs, packedProducts) = packed;
        }
        if (spec.Device == DeviceKind.Cpu && compute == ElementType.Float) outputs = ForCpu(graph, spec, outputs);
        if (spec.Device == DeviceKind.Gpu) outputs = MissingKernels.Rewrite(graph, outputs);
        var (proto, nodes) = GraphWriter.Write(graph, outputs);
        var weights = proto.Graph.Initializer.Sum(t => (long)t.RawData.Length);
        if (weights > MaxWeightBytes) throw Errors.TooLarge(model.Source, weights);
        var cost = GraphCost.Of(nodes, [.. outputs.Select(o => o.Value)]);
        var compiled = new ExplanationGraph(
            spec, model.Hash, proto.ToByteArray(), mapShape, output.Shape[1..], explained.Tensor, explained.Skipped is not null,
            Saturating.Sum([packedProducts, .. nodes.Select(MultiplyAdds.Of)]))
        {
            PackedMultiplyAdds = packedProducts,
            LiveBytes = cost.LiveBytes,
            FoldedBytes = Math.Max(0, cost.WeightBytes - weights),
            Operations = Saturating.Sum([cost.Operations, packedProducts]),
        };
        return (compiled, nodes);
    }

    // Points of one piece of work have one target.
    private static Value OutputGradient(GraphBuilder graph, ExplanationSpec spec, TensorType output) => spec.Points is null
        ? graph.Input("output_gradient", output)
        : graph.Expand(graph.Input("output_gradient", output with { Shape = output.Shape.With(0, 1) }), output.Shape);

    // The near ties of a first pool are resolved by sums that are exact in the order and form of the CPU's kernels; cuDNN may choose a transform.
    private static List<(string Name, Value Value)> ForCpu(GraphBuilder graph, ExplanationSpec spec, List<(string Name, Value Value)> outputs)
    {
        outputs = FirstPool.Rewrite(graph, outputs);
        if (!spec.CpuRewrites) return outputs;
        (outputs, var columns) = PolyphaseGraph.Rewrite(graph, SideBySide.Rewrite(graph, outputs));
        return WinogradGraph.Rewrite(graph, outputs, columns);
    }

    private static void Check(ExplanationSpec spec)
    {
        if (spec.ImageShape.Any(d => d < 1))
            throw Errors.BadSpec($"The image shape [{string.Join(',', spec.ImageShape)}] has a size below 1.");
        if ((spec.AsIs || spec.Joined.Count > 0) && spec.Map != PointMap.None) throw Errors.BadSpec("An output as it is has no map.");
        if (spec.MicroBatch < 1) throw Errors.BadSpec($"The micro-batch is {spec.MicroBatch}; it must be at least 1.");
        if (spec.Points is not null && Saturating.Product([.. spec.ImageShape]) > int.MaxValue)
            throw Errors.BadSpec($"An image of shape [{string.Join(',', spec.ImageShape)}] is too large to make points of.");
        if (spec.Score != ScoreKind.Output && (spec.Points is not null || spec.Probability || spec.Rules != GradientRules.Default
            || spec.Multiplier || (spec.Output is null && spec.Score != ScoreKind.LogProbability)
            || spec.Map is not (PointMap.None or PointMap.Gradient or PointMap.Activation)))
            throw Errors.BadSpec("The score of a tensor has a name, a gradient at the image and nothing else.");
        if (spec.Rules == GradientRules.Rescale && (spec is not { Map: PointMap.Gradient, Layer: null, Multiplier: true, Points: null }))
            throw Errors.BadSpec("Multipliers between a point and a reference are those of the image, and the reference is given.");
        if (spec.Behind is not null
            && spec is not { Map: PointMap.None, Multiplier: true, Points: null, Joined.Count: 0, Rules: GradientRules.Default })
            throw Errors.BadSpec("A graph behind a layer gives no map, and is given activations and images.");
        if (spec.Rows < 1) throw Errors.BadSpec($"The number of rows is {spec.Rows}; it must be at least 1.");
    }
}
