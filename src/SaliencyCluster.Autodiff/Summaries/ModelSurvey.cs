using SaliencyCluster.Autodiff.Attention;
using SaliencyCluster.Autodiff.Costs;
using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Graphs;
using SaliencyCluster.Autodiff.Layouts;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Autodiff.Reverse;
using SaliencyCluster.Autodiff.Rules;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>Finds out what a <see cref="ModelSummary"/> says.</summary>
internal static class ModelSurvey
{
    /// <summary>Looks a model over, at two sizes where it leaves the image's size free: what differs between them depends on the image.</summary>
    public static ModelSummary Of(OnnxModel model, IReadOnlyList<long>? imageShape, ImageLayout? asked)
    {
        var declared = DeclaredImage.DeclaredShape(model);
        var found = LayoutFinder.Find(model);
        var layout = declared.Length == 3 ? asked ?? found.Layout : ImageLayout.ChannelsFirst;
        // What a convolution reads is known even where the input's channels are free; -1 elsewhere.
        long[] free = [.. layout.ToChannelsFirst(declared)];
        if (free.Length == 3 && free[0] < 0 && layout == found.Layout) free[0] = found.Channels ?? -1;
        var sizes = new StandInSizes(free);
        var first = imageShape is null
            ? sizes.First(shape => ModelLook.At(model, shape, layout))
            : ModelLook.At(model, [.. imageShape], layout);
        var second = imageShape is null ? sizes.Second(shape => ModelLook.At(model, shape, layout)) : null;
        var from = declared.Length != 3 || asked is not null
            ? null : found.SeenAt is { } node ? $"as node '{node}' reads it" : "by its shape";
        return Describe(model, first, second, summary => summary with { ImageShape = free, Layout = layout, LayoutFrom = from });
    }

    private static ModelSummary Describe(OnnxModel model, ModelLook look, ModelLook? other, Func<ModelSummary, ModelSummary> complete)
    {
        var batched = DeclaredImage.TakesAnyBatch(model, [.. look.Layout.ToOwn(look.Image)]);
        var output = OutputRanking.Default(look.Source.Outputs, look.Outputs);
        var summaries = look.Outputs.ToDictionary(o => o.Key, o => complete(Describe(model, look, o.Key, other, batched)));
        var summary = summaries[output];
        if (look.Source.Outputs.Count == 1) return summary;
        var places = summary.Layers.Select((l, i) => (l.Tensor, i)).ToDictionary(p => p.Tensor, p => p.i);
        return summary with
        {
            Outputs =
            [
                .. look.Outputs.Keys.Concat(look.Problems.Keys).OrderBy(o => look.Source.Outputs.ToList().IndexOf(o)).Select(name => name == output
                    ? new OutputSummary(name, summary.OutputShape, null)
                    : summaries.TryGetValue(name, out var its)
                        ? Named(its) : new(name, [.. Row(look.Source.Types[name].Shape)], look.Problems[name].What)),
            ],
        };

        // Without the batch, where there is one.
        IEnumerable<long> Row(long[] shape) => shape.Length > 0 && shape[0] == 1 ? shape.Skip(1) : shape;

        OutputSummary Named(ModelSummary its) => new(its.Output, its.OutputShape, null)
        {
            Summary = its with { Layers = [.. its.Layers.Where(l => !places.ContainsKey(l.Tensor))] },
            Shared = [.. its.Layers.Where(l => places.ContainsKey(l.Tensor)).Select(l => places[l.Tensor])],
        };
    }

    private static ModelSummary Describe(OnnxModel model, ModelLook look, string output, ModelLook? otherSize, bool batched)
    {
        var (explained, onTheWay) = (look.Outputs[output].Explained, look.Outputs[output].Layers);
        var other = otherSize?.Outputs.GetValueOrDefault(output);
        var source = explained.Source;
        var graph = new GraphBuilder();
        graph.Source = model.Source;
        graph.Reserve("output_gradient");
        var image = graph.Input("point", new(ElementType.Float, [1, .. look.Image]));
        var forward = ForwardImporter.Import(source, graph, image, ElementType.Float, look.Layout);
        var path = GradientPath.Find(forward, image, forward.Values[explained.Tensor], VjpRuleTable.Default);
        var transformer = Transformer.Of(forward, forward.Values[explained.Tensor]);
        var layers = onTheWay.Select(l => l with { Shape = FreeShape.Of(l.Shape, other?.Layers.FirstOrDefault(o => o.Tensor == l.Tensor)?.Shape) })
            .Select(l => transformer.TokensOf(forward.Values[l.Tensor]) is not { } grid ? l : l with
            {
                GradCam = true,
                Tokens = otherSize is null ? [grid.Rows, grid.Columns] : [-1, -1],
            }).ToList();
        return new(
            model.Hash, model.Opset, model.ImageInput, look.Image, output, FreeShape.Of(look.Outputs[output].Shape, other?.Shape),
            batched, explained.Skipped is not null, layers, LastFeatureMap.Find(source, explained.Tensor, onTheWay),
            [.. path.Missing.Select(m => m.Describe(path, forward.Opset))],
            path.Nodes.Count(node => node.Op == "Relu"),
            source.Constants.Values.Where(c => c.Type.Element is ElementType.Float or ElementType.Double).Sum(c => c.Type.Count))
        {
            Cost = CostEstimate.Of(forward, forward.Values[explained.Tensor], path),
            Activation = explained.Skipped,
            Logits = explained.Logits,
            Chooser = explained.Chooser,
            NamedOutput = output == source.Outputs[0] ? null : output,
            NoGradientPath = !path.Exists,
            PixelScale = PixelScale.Of(look.Source),
            LastTokens = transformer.LastTokens is { } tokens && forward.Values.FirstOrDefault(v => v.Value == tokens).Key is { } last
                && layers.Any(l => l.Tensor == last) ? last : null,
            Attention = Attentive(transformer, otherSize is not null),
            NotRescaled = Curved(forward, path) is { Count: > 0 } curved ? curved : null,
        };
    }

    // Tokens of a model of free size are as many as the image has places.
    private static AttentionSummary? Attentive(Transformer transformer, bool isFree) => transformer.Layers.Count == 0 ? null : new(
        [.. transformer.Layers.Select(l => new AttentionInfo(
            l.Name, isFree && l.Problem is not null ? -1 : l.Heads, isFree ? -1 : l.Queries, isFree ? -1 : l.Keys, l.Problem))],
        transformer.Problem, transformer.BlockProblem);

    private static List<string> Curved(ForwardGraph forward, GradientPath path)
    {
        var varying = new HashSet<Value> { forward.Image };
        foreach (var node in forward.Nodes)
            if (node.Inputs.Any(v => v is not null && varying.Contains(v))) varying.UnionWith(node.Outputs.OfType<Value>());
        return [.. path.Nodes.Where(node => !RescaleRules.IsExact(node, path.Contains, varying.Contains))
            .GroupBy(node => node.Op).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => g.Count() == 1 ? $"{g.Key} (1 node)" : $"{g.Key} ({g.Count()} nodes)")];
    }
}
