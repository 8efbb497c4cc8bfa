using System.Runtime.InteropServices;
using System.Text.Json;
using Google.Protobuf;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Methods.Smoothing;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Attribution.Export;

/// <summary>
/// Writes an explanation as one ONNX graph that any runtime executes: points, forward and backward passes of every micro-batch side by side
/// with shared weights, and the sum in the order of <see cref="Reduction.ReductionTree"/>, so that the map has the bytes of a run.
/// </summary>
public static class ExplanationExport
{
    // Beyond it, loading takes longer than the explanation; a larger micro-batch makes fewer.
    private const int MaxChunks = 256;
    private const long MaxBytes = int.MaxValue - (64L << 20);

    /// <summary>Makes the graph. Pure: the same arguments give the same bytes.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">The resolved request.</param>
    /// <param name="imageShape">Shape of one image, channels first.</param>
    /// <param name="storedBaselines">Baselines that the request names, channels first.</param>
    /// <param name="version">The product's version.</param>
    /// <param name="more">More lines for the metadata, such as a licence.</param>
    /// <exception cref="SaliencyException">SAL2060: this explanation has no such form; says why. SAL11xx: no gradient.</exception>
    public static ExportedExplanation Write(
        OnnxModel model, ResolvedRequest request, IReadOnlyList<int> imageShape, IReadOnlyList<Tensor> storedBaselines, string version,
        IReadOnlyDictionary<string, string>? more = null)
    {
        ExportCheck.Check(request);
        request = ImageRequest.Of(request, [.. imageShape]);
        var (graph, layout) = (new GraphAssembly(), request.Model.Layout);
        var zeros = Tensor.Zeros([.. imageShape]);
        var recipes = BaselineSpec.Recipes(request.Options, 0);
        var baselines = BaselineFactory.All(recipes, zeros, storedBaselines);
        var method = MethodFactory.Create(request.Options);
        var fixedTarget = request.Options.Target == TargetSpec.Predicted ? null : request.Options.Target;
        var first = method.NextRound(new(request, zeros, 0, baselines, new(fixedTarget ?? "0", null, 0, [])), [])!;
        var round = ExplanationRun.Numbered(ExplanationRun.Sized(first, request), 1, request);
        var spec = round.Spec(imageShape) with { Squares = false, Points = null };
        var compiled = ExplanationCompiler.Compile(model, spec);
        var shards = round.Shards();
        var layoutOfBatches = new MicroBatchLayout(round);
        var chunks = shards.Select(s => layoutOfBatches.Cut(s.Count).Select(c => (First: s.First + c.First, c.Count)).ToArray()).ToArray();
        ExportCheck.Chunks(chunks.Sum(c => c.Length), MaxChunks, request.MicroBatch);

        long[] own = [1, .. layout.ToOwn(spec.ImageShape)];
        graph.Input("image", ElementType.Float, own);
        var image = layout == ImageLayout.ChannelsLast && imageShape.Count == 3 ? graph.Transpose("image", 0, 3, 1, 2) : "image";
        var baseline = MethodFactory.ReadsBaseline(request.Options) ? baselines[0] : null;
        var outputGradient = Probe(graph, model, request, round, spec, image, baseline, fixedTarget, compiled.OutputShape);

        var stdev = request.Options.Stdev ?? 0;
        var points = new PointGraph(
            graph, round, image, spec.ImageShape, baseline ?? zeros, request.Options.StdevKind == "relative" ? null : stdev, stdev);
        var outputGradients = Rows(graph, outputGradient, spec.MicroBatch, compiled.OutputShape);
        var part = ModelProto.Parser.ParseFrom(compiled.Model.Span).Graph;
        var sum = graph.Sum([.. chunks.Select(shard =>
            graph.Sum([.. shard.Select(chunk => Chunk(graph, part, round, points, outputGradients, chunk))]))]);
        var map = method switch
        {
            GradientTimesInput => graph.Node("Mul", [sum, image]),
            IntegratedGradients => graph.Node("Mul", [graph.Node("Sub", [image, points.Baseline]), sum]),
            _ => sum,
        };
        if (image == "image") graph.Node("Identity", "map", [map]);
        else graph.Node("Identity", "map", [graph.Transpose(map, 0, 2, 3, 1)]);
        graph.Output("map", ElementType.Float, own);
        return Finish(graph, model, request, compiled, own, round, chunks.Sum(c => c.Length), version, more
            ?? new Dictionary<string, string>());
    }

    private static string Chunk(
        GraphAssembly graph, GraphProto part, Round round, PointGraph points, string outputGradients, (int First, int Count) chunk)
    {
        var weights = new float[round.MicroBatch];
        for (var b = 0; b < chunk.Count; b++) weights[b] = round.Points[chunk.First + b].Weight;
        var inputs = new Dictionary<string, string>
        {
            ["point"] = points.Of(chunk.First, chunk.Count), ["output_gradient"] = outputGradients, ["weight"] = graph.Floats([1, round.MicroBatch], weights),
        };
        return graph.Inline(part, $"p{chunk.First}/", inputs)["partial"];
    }

    /// <summary>Appends the forward pass at the image and its baseline: scores, and the output gradient of the target.</summary>
    private static string Probe(
        GraphAssembly graph, OnnxModel model, ResolvedRequest request, Round round, ExplanationSpec spec, string image, Tensor? baseline,
        string? target, IReadOnlyList<long> outputShape)
    {
        var rows = baseline is null ? 1 : 2;
        var together = request.Model.FreeBatch ? Math.Min(rows, request.MicroBatch * 2) : 1;
        var compiled = ExplanationCompiler.Compile(model, spec with { Map = PointMap.None, MicroBatch = together, Rows = 1 });
        var part = ModelProto.Parser.ParseFrom(compiled.Model.Span).Graph;
        string[] ends = baseline is null ? [image] : [image, graph.Floats([1, .. spec.ImageShape], baseline.Data)];
        if (together == 2) ends = [graph.Node("Concat", ends, ("axis", 0))];
        long[] one = [1, .. outputShape];
        var nothing = graph.Floats([together, .. outputShape], new float[together * outputShape.Aggregate(1L, (n, d) => n * d)]);
        var outputs = ends.Select((end, i) =>
            graph.Inline(part, $"probe{i}/", new Dictionary<string, string> { ["point"] = end, ["output_gradient"] = nothing })["output"]).ToList();
        string Row(int i) => together == 1 ? outputs[i] : graph.Node("Gather", [outputs[0], graph.Longs([1], i)], ("axis", 0));
        var first = Row(0);
        var outputGradient = OutputGradient(graph, first, target, one, outputShape);
        Score("score", first);
        if (baseline is not null) Score("baseline_score", Row(1));
        return outputGradient;

        void Score(string name, string output)
        {
            graph.Node("ReduceSum", name,
                [graph.Node("Mul", [output, outputGradient]),
                graph.Longs([outputShape.Count], [.. Enumerable.Range(1, outputShape.Count).Select(i => (long)i)])], ("keepdims", 0));
            graph.Output(name, ElementType.Float, [1]);
        }
    }

    // An input with a value, not a constant: a runtime would compute parts of the backward pass when it loads, with other kernels and so
    // other last bits.
    private static string OutputGradient(GraphAssembly graph, string output, string? target, long[] one, IReadOnlyList<long> outputShape)
    {
        if (outputShape.Count != 1)
        {
            var values = new float[outputShape.Aggregate(1L, (n, d) => n * d)];
            OutputGradients.Fill(target, outputShape, values);
            graph.Input("output_gradient", ElementType.Float, one, MemoryMarshal.AsBytes<float>(values));
            return "output_gradient";
        }
        var classes = outputShape[0];
        var index = target is null ? -1 : long.Parse(target, System.Globalization.CultureInfo.InvariantCulture);
        graph.Input("target", ElementType.Int64, [1], MemoryMarshal.AsBytes<long>([index]));
        var predicted = graph.Node("ArgMax", [output], ("axis", 1), ("keepdims", 0));
        var chosen = graph.Node("Where", "target_used", [graph.Node("Less", ["target", graph.Longs([1], 0)]), predicted, "target"]);
        graph.Output("target_used", ElementType.Int64, [1]);
        return graph.Cast(graph.Node("Equal", [graph.Longs(one, [.. Enumerable.Range(0, (int)classes).Select(i => (long)i)]), chosen]),
            ElementType.Float);
    }

    private static string Rows(GraphAssembly graph, string outputGradient, int rows, IReadOnlyList<long> outputShape) =>
        rows == 1 ? outputGradient : graph.Node("Expand", [outputGradient, graph.Longs([1 + outputShape.Count], [rows, .. outputShape])]);

    private static ExportedExplanation Finish(
        GraphAssembly graph, OnnxModel model, ResolvedRequest request, ExplanationGraph compiled, long[] own, Round round, int chunks,
        string version, IReadOnlyDictionary<string, string> more)
    {
        ExportCheck.Size(graph.ConstantBytes, MaxBytes);
        var proto = graph.ToModel("SaliencyCluster", version);
        proto.DocString = $"{request.Options.Method} of the model with SHA-256 {model.Hash}. Input 'image' {ShapeText.Of(own)} is prepared "
            + "as for that model; "
            + "output 'map' has its shape, 'score' is the explained value.";
        var metadata = new SortedDictionary<string, string>(StringComparer.Ordinal);
        // Its own first, so that what is said here of the explanation is never overwritten.
        foreach (var line in model.Proto.MetadataProps) metadata["model." + line.Key] = line.Value;
        foreach (var (key, value) in more) metadata[key] = value;
        metadata["saliency.version"] = version;
        metadata["saliency.model_sha256"] = model.Hash;
        metadata["saliency.model_producer"] = $"{model.Proto.ProducerName} {model.Proto.ProducerVersion}".Trim();
        metadata["saliency.method"] = request.Options.Method;
        metadata["saliency.parameters"] = JsonSerializer.Serialize(ReportedOptions.Of(request));
        metadata["saliency.target"] = request.Options.Target!;
        metadata["saliency.explained_tensor"] = compiled.OutputTensor;
        metadata["saliency.layout"] = request.Model.Layout.Name();
        foreach (var (key, value) in metadata) proto.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return new(proto.ToByteArray(), own, chunks * round.MicroBatch, round.MicroBatch, chunks, proto.Graph.Node.Count, metadata);
    }
}
