using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Resolving;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Score-CAM against its definition (Wang et al., 2020), worked out here in double precision from the network's formula.</summary>
public sealed class ScoreCamTests
{
    private const int Colours = 2, Channels = 4, Side = 6, Grid = Side / 2, Classes = 3, Target = 1;

    // Channel 3 is the same everywhere: it takes no colour.
    private static readonly float[] Filters = [1.5f, -0.5f, -1, 0.75f, 0.25f, 1, 0, 0];
    private static readonly float[] Biases = [0.1f, 0.2f, -0.3f, 0.7f];
    private static readonly float[] Weights = [0.8f, -1.2f, 0.3f, -0.6f, 1.9f, 0.2f, 1.1f, 0.4f, -0.7f, 0.5f, 2.1f, -0.4f];
    private static readonly float[] Picture = [.. Enumerable.Range(0, Colours * Side * Side).Select(i => (float)Math.Sin(i * 1.7) * 2)];

    [Theory]
    [InlineData("a", "logit", false)] // 3 x 3 places of 6 x 6 pixels
    [InlineData("z", "logit", false)] // as large as the image, and negative in places
    [InlineData("z", "logit", true)]
    [InlineData("a", "probability", false)]
    public async Task A_map_is_that_of_the_definition(string layer, string score, bool relu)
    {
        var map = await Explain(new() { Method = "score-cam", Layer = layer, Target = $"{Target}", Score = score, Relu = relu });
        var expected = Expected(layer, score, Picture.Select(v => (double)v).ToArray());
        if (relu) expected = [.. expected.Select(v => Math.Max(0, v))];
        var side = layer == "a" ? Grid : Side;
        Assert.Equal([1, side, side], map.Shape);
        if (layer == "z" && !relu) Assert.Contains(map.Data, v => v < 0);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], map.Data[i], 1e-5);
    }

    [Theory]
    [InlineData(1, 1), InlineData(3, 3), InlineData(4, 8)]
    public async Task Bytes_do_not_depend_on_batches_and_shards_beyond_rounding(int microBatch, int shard)
    {
        var request = new ExplanationRequest { Method = "score-cam", Layer = "a", Target = $"{Target}" };
        var whole = await Explain(request);
        var cut = await Explain(request with { MicroBatch = microBatch, ShardPoints = shard });
        for (var i = 0; i < whole.Data.Length; i++) Assert.Equal(whole.Data[i], cut.Data[i], 1e-6f);
    }

    [Fact]
    public async Task Noise_without_width_around_it_changes_nothing()
    {
        var request = new ExplanationRequest { Method = "score-cam", Layer = "a", Target = $"{Target}" };
        var plain = await Explain(request);
        var smooth = await Explain(request with { Smooth = "smoothgrad", Samples = 2, Stdev = 0 });
        for (var i = 0; i < plain.Data.Length; i++) Assert.Equal(plain.Data[i], smooth.Data[i], 1e-6f);
    }

    [Fact]
    public void It_costs_a_pass_for_the_layer_and_one_for_each_channel()
    {
        var model = Model();
        var request = RequestResolver.Resolve(new() { Method = "score-cam", Layer = "a", Target = "0" }, model.Summary, []);
        Assert.Equal(1 + Channels, request.PlannedPoints);
        Assert.Equal(Channels, request.MicroBatch);
        var error = Refused(new() { Method = "score-cam", Layer = "a", Target = "0" }, model.Summary, new() { MaxPoints = 1 + Channels });
        Assert.Equal("SAL2005", error.Code); // the probe counts too
    }

    [Fact]
    public void Layers_without_a_grid_are_refused()
    {
        var summary = Model().Summary;
        var layer = summary.Layers.First(l => l.Tensor == "a");
        Assert.Equal("SAL2022", Refused(new() { Method = "score-cam", Layer = "v", Target = "0" }, summary).Code);
        Assert.Equal("SAL2032", Refused(new() { Method = "score-cam", Target = "0" }, summary with { Layers = [] }).Code);
        var row = summary with { Layers = [layer with { Shape = [Channels, 9] }] };
        Assert.Equal("SAL2022", Refused(new() { Method = "score-cam", Layer = "a", Target = "0" }, row).Code);
        var volume = summary with { ImageShape = [1, 2, 6, 6] };
        Assert.Equal("SAL2033", Refused(new() { Method = "score-cam", Layer = "a", Target = "0" }, volume).Code);
    }

    private static RequestError Refused(ExplanationRequest request, ModelSummary model, RequestBounds? bounds = null) =>
        Assert.Throws<RequestException>(() => RequestResolver.Resolve(request, model, [], bounds)).Errors[0];

    private static async Task<Tensor> Explain(ExplanationRequest request)
    {
        await using var engine = new LocalEngine();
        return (await engine.ExplainAsync(Model(), request, new([Colours, Side, Side], Picture), 0, TestContext.Current.CancellationToken)).Estimate.Map;
    }

    private static LocalModel Model()
    {
        var file = new ModelBuilder().Input("x", -1, Colours, Side, Side)
            .Weight("f", [Channels, Colours, 1, 1], Filters).Weight("b", [Channels], Biases).Weight("w", [Channels, Classes], Weights)
            .Node("Conv", "x f b", "z").Node("Relu", "z", "r")
            .Node("AveragePool", "r", "a", ("kernel_shape", new long[] { 2, 2 }), ("strides", new long[] { 2, 2 }))
            .Node("GlobalAveragePool", "a", "p").Node("Flatten", "p", "v").Node("MatMul", "v w", "logits").Node("Softmax", "logits", "y")
            .Output("y", -1, Classes);
        var model = ModelReader.Read(file.ToBytes(), "score-cam");
        return new(model, ModelSummary.Of(model), []);
    }

    private static double[] Expected(string layer, string score, double[] image)
    {
        var channels = Activation(layer, image);
        var side = layer == "a" ? Grid : Side;
        var scores = new double[Channels];
        for (var c = 0; c < Channels; c++)
        {
            var mask = new double[Side * Side];
            for (var i = 0; i < mask.Length; i++) mask[i] = Enlarged(channels[c], side, i / Side, i % Side);
            double least = mask.Min(), most = mask.Max();
            scores[c] = Score([.. image.Select((v, i) => v * (mask[i % mask.Length] - least) / (most - least + 1e-8))], score);
        }
        var sum = scores.Sum(Math.Exp);
        return [.. Enumerable.Range(0, side * side).Select(i => Enumerable.Range(0, Channels).Sum(c => Math.Exp(scores[c]) / sum * channels[c][i]))];
    }

    // Between the centres of places, the borders repeated.
    private static double Enlarged(double[] channel, int side, int row, int column)
    {
        double At(int y, int x) => channel[(Math.Clamp(y, 0, side - 1) * side) + Math.Clamp(x, 0, side - 1)];
        double y = ((row + 0.5) * side / Side) - 0.5, x = ((column + 0.5) * side / Side) - 0.5;
        int top = (int)Math.Floor(y), left = (int)Math.Floor(x);
        return ((1 - (y - top)) * (((1 - (x - left)) * At(top, left)) + ((x - left) * At(top, left + 1))))
            + ((y - top) * (((1 - (x - left)) * At(top + 1, left)) + ((x - left) * At(top + 1, left + 1))));
    }

    private static double[][] Activation(string layer, double[] image)
    {
        var places = Side * Side;
        double[][] z = [.. Enumerable.Range(0, Channels).Select(c => Enumerable.Range(0, places).Select(
            p => Biases[c] + Enumerable.Range(0, Colours).Sum(k => Filters[(c * Colours) + k] * image[(k * places) + p])).ToArray())];
        return layer == "z" ? z : [.. z.Select(c => Enumerable.Range(0, Grid * Grid).Select(
            g => Enumerable.Range(0, 4).Average(q => Math.Max(0, c[((((g / Grid) * 2) + (q / 2)) * Side) + ((g % Grid) * 2) + (q % 2)]))).ToArray())];
    }

    private static double Score(double[] image, string score)
    {
        var means = Activation("a", image).Select(c => c.Average()).ToArray();
        double[] logits = [.. Enumerable.Range(0, Classes).Select(k => Enumerable.Range(0, Channels).Sum(c => means[c] * Weights[(c * Classes) + k]))];
        return score == "logit" ? logits[Target] : Math.Exp(logits[Target]) / logits.Sum(Math.Exp);
    }
}
