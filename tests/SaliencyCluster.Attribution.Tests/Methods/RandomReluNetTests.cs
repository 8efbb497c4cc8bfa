using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Attribution.Tests.Methods;

/// <summary>Methods against their definitions on random networks, through the real engine.</summary>
public sealed class RandomReluNetTests
{
    private const int Inputs = 6, Hidden = 8, Outputs = 3;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory, MemberData(nameof(Seeds))]
    public async Task Guided_backprop_and_deconvolution_follow_their_definitions(int seed)
    {
        var net = new Net(seed);
        await using var engine = new LocalEngine();
        foreach (var (method, gate) in (IEnumerable<(string, Func<double, double, double>)>)
            [
                ("gradient", (z, g) => z > 0 ? g : 0),
                ("guided-backprop", (z, g) => z > 0 && g > 0 ? g : 0),
                ("deconvolution", (_, g) => Math.Max(g, 0)),
            ])
        {
            var map = (await engine.ExplainAsync(net.Model, new() { Method = method, Target = "1" }, net.Image, 0, TestContext.Current.CancellationToken)).Estimate.Map.Data;
            var expected = net.Backwards(1, gate);
            for (var i = 0; i < Inputs; i++) Assert.Equal(expected[i], map[i], 1e-4);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Integrated_gradients_and_idgi_add_up_to_the_difference_of_scores(int seed)
    {
        var net = new Net(seed);
        await using var engine = new LocalEngine();
        foreach (var (request, share) in ((ExplanationRequest, double)[])
            [
                (new() { Method = "integrated-gradients", Steps = 1000, Target = "2" }, 5e-3),
                (new() { Method = "integrated-gradients", Rule = "adaptive", Steps = 100, Target = "2" }, 5e-3),
                (new() { Method = "idgi", Steps = 40, Target = "2" }, 1e-5),
            ])
        {
            var result = await engine.ExplainAsync(net.Model, request, net.Image, 0, TestContext.Current.CancellationToken);
            var gross = result.Estimate.Map.Data.Sum(v => Math.Abs((double)v));
            Assert.InRange(Math.Abs(result.Estimate.Map.Data.Sum(v => (double)v) - (result.Score - result.BaselineScore!.Value)), 0, share * gross + 1e-5);
        }
    }

    [Theory, MemberData(nameof(Seeds))]
    public async Task Vargrad_is_never_negative(int seed)
    {
        var net = new Net(seed);
        await using var engine = new LocalEngine();
        var result = await engine.ExplainAsync(net.Model, new() { Method = "vargrad", Stdev = 0.5, Samples = 20, Target = "0" }, net.Image, 0, TestContext.Current.CancellationToken);
        Assert.All(result.Estimate.Map.Data, v => Assert.True(v >= 0));
    }

    /// <summary>Three linear layers with Relus between them, in ONNX and in C#.</summary>
    private sealed class Net
    {
        private readonly float[][] _weights;
        private readonly float[][] _biases;
        private readonly int[] _sizes = [Inputs, Hidden, Hidden, Outputs];

        public Net(int seed)
        {
            var random = new Random(seed);
            float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() * 2 - 1)];
            _weights = [Draw(Inputs * Hidden), Draw(Hidden * Hidden), Draw(Hidden * Outputs)];
            _biases = [Draw(Hidden), Draw(Hidden), Draw(Outputs)];
            Image = new([Inputs], Draw(Inputs));
            var builder = new ModelBuilder().Input("x", -1, Inputs);
            for (var l = 0; l < 3; l++)
            {
                builder.Weight($"w{l}", [_sizes[l], _sizes[l + 1]], _weights[l]).Weight($"b{l}", [_sizes[l + 1]], _biases[l]);
                builder.Node("Gemm", $"{(l == 0 ? "x" : $"r{l - 1}")} w{l} b{l}", l == 2 ? "y" : $"z{l}");
                if (l < 2) builder.Node("Relu", $"z{l}", $"r{l}");
            }
            var model = ModelReader.Read(builder.Output("y", -1, Outputs).ToBytes(), "random");
            Model = new(model, ModelSummary.Of(model), []);
        }

        public LocalModel Model { get; }

        public Tensor Image { get; }

        public double[] Backwards(int target, Func<double, double, double> gate)
        {
            var before = new double[3][];
            double[] x = [.. Image.Data.Select(v => (double)v)];
            for (var l = 0; l < 3; l++)
            {
                before[l] = [.. Enumerable.Range(0, _sizes[l + 1]).Select(j => _biases[l][j] + x.Select((v, i) => v * _weights[l][i * _sizes[l + 1] + j]).Sum())];
                x = [.. before[l].Select(z => Math.Max(z, 0))];
            }
            double[] g = [.. Enumerable.Range(0, Outputs).Select(j => j == target ? 1.0 : 0)];
            for (var l = 2; l >= 0; l--)
            {
                if (l < 2) g = [.. g.Select((v, j) => gate(before[l][j], v))];
                g = [.. Enumerable.Range(0, _sizes[l]).Select(i => g.Select((v, j) => v * _weights[l][i * _sizes[l + 1] + j]).Sum())];
            }
            return g;
        }
    }
}
