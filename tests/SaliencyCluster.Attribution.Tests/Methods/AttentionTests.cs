using System.Text.Json;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Maps of attention against values that PyTorch computed in float64 by the papers' definitions
/// (<c>tests/attention/reference.py</c>), for transformers as tools and habits of twelve kinds write them.</summary>
public sealed class AttentionTests
{
    private static readonly string Folder = Path.Combine(Repo.Root, "tests", "attention");
    private static readonly Dictionary<string, Reference> References = JsonSerializer.Deserialize<Dictionary<string, Reference>>(
        File.ReadAllText(Path.Combine(Folder, "values.json")), JsonSerializerOptions.Web)!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Maps => new(References.SelectMany(r => r.Value.Maps.Keys.Select(m => (r.Key, m))));

    [Theory, MemberData(nameof(Maps))]
    public async Task A_map_is_that_of_the_definition(string name, string method)
    {
        var (reference, map) = (References[name], await Explain(name, new() { Method = method }));
        var expected = reference.Maps[method];
        Assert.Equal([1, .. expected.Shape], map.Shape);
        Assert.InRange(Distance(expected.Values, map.Data), 0, 1e-4);
    }

    /// <summary>Several images in one run keep their batch apart wherever the exporter put it.</summary>
    [Theory]
    [InlineData("fused-qkv"), InlineData("heads-with-batch"), InlineData("einsum"), InlineData("channels-last"), InlineData("columns-first")]
    public async Task Noise_gives_the_same_in_batches_and_one_by_one(string name)
    {
        foreach (var method in References[name].Maps.Keys)
        {
            var request = new ExplanationRequest { Method = method, Smooth = "smoothgrad", Samples = 6, Stdev = 0.1, MicroBatch = 1 };
            var (one, many) = (await Explain(name, request), await Explain(name, request with { MicroBatch = 3 }));
            Assert.InRange(Distance([.. one.Data.Select(v => (double)v)], many.Data), 0, 1e-5);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void The_layers_are_listed(string name)
    {
        var (reference, summary) = (References[name], Model(name).Summary);
        Assert.Null(summary.Attention!.Problem);
        Assert.Null(summary.Attention.BlockProblem);
        Assert.Equal(reference.Layers, summary.Attention.Layers.Count);
        Assert.All(summary.Attention.Layers, l => Assert.Equal(
            (reference.Heads, reference.Tokens, reference.Tokens), ((int)l.Heads, (int)l.Queries, (int)l.Keys)));
    }

    public static TheoryData<string> Names => new(References.Keys);

    /// <summary>What the exporters of the zoos make of attention: found, and used or refused with the reason.</summary>
    [Theory]
    [InlineData("models/vit_b_16", 3, null)]
    [InlineData("models/vit_b_16-opset11", 3, null)]
    [InlineData("models/vit_b_16-optimized", 3, null)]
    [InlineData("models/swin_t", 4, "windows of 16 tokens")]
    [InlineData("written/vit-opset13", 2, null)]
    [InlineData("written/deit-distilled", 1, null)]
    [InlineData("written/swin-shifted", 1, "windows of 16 tokens")]
    [InlineData("models/resnet18", 0, "no attention")]
    public void Attention_of_the_zoo_is_found_and_refused_with_its_reason(string name, int layers, string? problem)
    {
        var summary = ModelSummary.Of(ModelReader.ReadFile(Path.Combine(Repo.Root, "tests", "zoo", name + ".onnx")));
        Assert.Equal(layers, summary.Attention?.Layers.Count ?? 0);
        foreach (var method in (string[])["attention-rollout", "generic-attention", "legrad"])
        {
            var request = new ExplanationRequest { Method = method, Target = "0" };
            if (problem is null)
            {
                RequestResolver.Resolve(request, summary, []);
                continue;
            }
            var error = Assert.Single(Assert.Throws<RequestException>(() => RequestResolver.Resolve(request, summary, [])).Errors);
            Assert.Equal("SAL2035", error.Code);
            Assert.Contains(problem, error.What, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_graph_without_attention_says_what_is_missing()
    {
        var model = ModelReader.ReadFile(Repo.Model("mnist-mlp"));
        var error = Assert.Throws<SaliencyException>(() => ExplanationCompiler.Compile(
            model, new() { ImageShape = [1, 28, 28], Map = PointMap.AttentionRollout }));
        Assert.Equal("SAL1111", error.Code);
    }

    private static double Distance(double[] expected, float[] map) =>
        expected.Zip(map, (e, m) => Math.Abs(e - m)).Max() / expected.Max(Math.Abs);

    private static LocalModel Model(string name)
    {
        var model = ModelReader.ReadFile(Path.Combine(Folder, name + ".onnx"));
        return new(model, ModelSummary.Of(model), []);
    }

    private static async Task<Tensor> Explain(string name, ExplanationRequest request)
    {
        var (reference, model) = (References[name], Model(name));
        var image = new Tensor(reference.Shape, [.. reference.Image.Select(v => v / 255f)]).ToChannelsFirst(model.Summary.Layout);
        await using var engine = new LocalEngine();
        return (await engine.ExplainAsync(model, request with { Target = $"{reference.Target}" }, image, 0, Cancellation)).Estimate.Map;
    }

    private sealed record Reference(
        int[] Shape, int[] Image, int Target, int Heads, int Tokens, int Layers, Dictionary<string, Map> Maps);

    private sealed record Map(int[] Shape, double[] Values);
}
