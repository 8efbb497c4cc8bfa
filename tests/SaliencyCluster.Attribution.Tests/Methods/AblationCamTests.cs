using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Ablation-CAM against its definition (Desai and Ramaswamy, 2020), worked out here in double precision from the network's
/// formula.</summary>
public sealed class AblationCamTests
{
    private const int Colours = 2, Channels = 3, Side = 4, Classes = 2, Target = 1;

    private static readonly float[] Filters = [1.5f, -0.5f, -1, 0.75f, 0.25f, 1];
    private static readonly float[] Biases = [0.1f, 0.2f, -0.3f];
    private static readonly float[] Weights = [0.8f, -0.2f, 0.3f, 0.6f, 0.9f, 0.2f, 0.5f, 0.4f, -0.7f, 0.5f];
    private static readonly float[] Picture = [.. Enumerable.Range(0, Colours * Side * Side).Select(i => (float)Math.Sin(i * 1.7) * 2)];

    /// <summary>Only what lies behind the layer is computed, and what goes around it still sees the image.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_map_is_that_of_the_definition(bool around, bool relu)
    {
        var map = await Explain(Model(around), new() { Method = "ablation-cam", Layer = "r", Target = $"{Target}", Relu = relu });
        var layer = Activation();
        var whole = Score(layer, around);
        var expected = new double[Side * Side];
        for (var c = 0; c < Channels; c++)
        {
            var without = Score([.. layer.Select((a, i) => i == c ? new double[a.Length] : a)], around);
            for (var i = 0; i < expected.Length; i++) expected[i] += (whole - without) / whole * layer[c][i];
        }
        Assert.Contains(expected, v => v < 0);
        Assert.Equal([1, Side, Side], map.Shape);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(relu ? Math.Max(0, expected[i]) : expected[i], map.Data[i], 1e-4);
    }

    [Theory]
    [InlineData(1, 1), InlineData(3, 3), InlineData(2, 4)]
    public async Task Bytes_do_not_depend_on_batches_and_shards_beyond_rounding(int microBatch, int shard)
    {
        var request = new ExplanationRequest { Method = "ablation-cam", Layer = "r", Target = $"{Target}" };
        var whole = await Explain(Model(true), request);
        var cut = await Explain(Model(true), request with { MicroBatch = microBatch, ShardPoints = shard });
        for (var i = 0; i < whole.Data.Length; i++) Assert.Equal(whole.Data[i], cut.Data[i], 1e-5f);
    }

    [Fact]
    public async Task Noise_without_width_around_it_changes_nothing()
    {
        var request = new ExplanationRequest { Method = "ablation-cam", Layer = "r", Target = $"{Target}" };
        var plain = await Explain(Model(true), request);
        var smooth = await Explain(Model(true), request with { Smooth = "smoothgrad", Samples = 2, Stdev = 0 });
        for (var i = 0; i < plain.Data.Length; i++) Assert.Equal(plain.Data[i], smooth.Data[i], 1e-6f);
    }

    [Fact]
    public void It_costs_a_pass_for_the_layer_one_for_each_channel_and_one_for_all_of_them()
    {
        var resolved = RequestResolver.Resolve(new() { Method = "ablation-cam", Layer = "r", Target = "0" }, Model(true).Summary, []);
        Assert.Equal(2 + Channels, resolved.PlannedPoints);
        var refused = Assert.Throws<RequestException>(() => RequestResolver.Resolve(
            new() { Method = "ablation-cam", Layer = "v", Target = "0" }, Model(true).Summary, []));
        Assert.Equal("SAL2022", refused.Errors[0].Code);
    }

    private static async Task<Tensor> Explain(LocalModel model, ExplanationRequest request)
    {
        await using var engine = new LocalEngine();
        return (await engine.ExplainAsync(model, request, new([Colours, Side, Side], Picture), 0,
            TestContext.Current.CancellationToken)).Estimate.Map;
    }

    private static LocalModel Model(bool around)
    {
        var inputs = Channels + (around ? Colours : 0);
        var file = new ModelBuilder().Input("x", -1, Colours, Side, Side)
            .Weight("f", [Channels, Colours, 1, 1], Filters).Weight("b", [Channels], Biases)
                .Weight("w", [inputs, Classes], Weights[..(inputs * Classes)])
            .Node("Conv", "x f b", "z").Node("Relu", "z", "r").Node("GlobalAveragePool", "r", "p");
        if (around) file.Node("GlobalAveragePool", "x", "q").Node("Concat", "p q", "j", ("axis", 1));
        file.Node("Flatten", around ? "j" : "p", "v").Node("MatMul", "v w", "m").Node("Tanh", "m", "y").Output("y", -1, Classes);
        var model = ModelReader.Read(file.ToBytes(), "ablation-cam");
        return new(model, ModelSummary.Of(model), []);
    }

    private static double[][] Activation() =>
    [
        .. Enumerable.Range(0, Channels).Select(c => Enumerable.Range(0, Side * Side).Select(p => Math.Max(
            0, Biases[c] + Enumerable.Range(0, Colours).Sum(k => (double)Filters[(c * Colours) + k] * Picture[(k * Side * Side) + p])))
                .ToArray()),
    ];

    private static double Score(double[][] layer, bool around)
    {
        IEnumerable<double> means = layer.Select(c => c.Average());
        if (around) means = means.Concat(Enumerable.Range(0, Colours)
            .Select(k => Picture.Skip(k * Side * Side).Take(Side * Side).Average(v => (double)v)));
        return Math.Tanh(means.Select((m, i) => m * Weights[(i * Classes) + Target]).Sum());
    }
}
