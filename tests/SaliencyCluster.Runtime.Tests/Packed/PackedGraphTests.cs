using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;
using SaliencyCluster.Runtime.Graphs;
using SaliencyCluster.TestKit;
using SaliencyCluster.Tiles;
using SaliencyCluster.Tiles.Operators;

namespace SaliencyCluster.Runtime.Tests.Packed;

/// <summary>Explanation graphs with packed operators against the same ones in float32. Where the processor does not multiply bf16, that
/// it is told so.</summary>
public sealed class PackedGraphTests
{
    private const int Side = 40, Batch = 3;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string[]> Networks => new()
    {
        // What the graph holds beside Pack, Conv and ConvToImage.
        { "residual", ["MaxPool", "MaxPoolGradient", "Mean", "Spread"] },
        { "plain", ["MaxPool", "MaxPoolGradient", "Unpack"] },
        { "transposed", ["Mean", "Spread"] },
        { "sigmoid", ["Unpack"] },
    };

    [Theory, MemberData(nameof(Networks))]
    public async Task Gradients_and_scores_are_those_of_float32_to_the_precision_of_bf16(string network, string[] operators)
    {
        var model = Model(network);
        var spec = new ExplanationSpec { ImageShape = [3, Side, Side], MicroBatch = Batch };
        var graph = ExplanationCompiler.Compile(model, spec with { Precision = Precision.BFloat16 });
        var nodes = ModelProto.Parser.ParseFrom(graph.Model.Span).Graph.Node;
        var packed = nodes.Where(n => n.Domain == PackedOperator.Domain).Select(n => n.OpType);
        Assert.Equal(operators.Concat(["Conv", "ConvToImage", "Pack"]).Order(), packed.Distinct().Where(o => o != "Combine").Order());
        Assert.InRange(graph.PackedMultiplyAdds, graph.MultiplyAdds / 2, graph.MultiplyAdds);
        if (!ProcessorSupport.HasBf16)
        {
            Assert.Equal("SAL4025", Assert.Throws<SaliencyException>(() => Device(Precision.BFloat16)).Code);
            return;
        }
        await using var reference = Device(Precision.Float32);
        await using var device = Device(Precision.BFloat16);
        var source = GraphSource.Of(model, spec);
        var (scores, map) = await reference.RunAsync(source, Evaluate, Cancellation);
        var (packedScores, packedMap) = await device.RunAsync(source, Evaluate, Cancellation);
        // What comes to a Relu or max pool is whole numbers that bf16 holds, so that both precisions decide alike.
        Assert.InRange(Distance(packedScores, scores), 0, 0.01);
        Assert.InRange(Distance(packedMap, map), 1e-6, 0.01);
        // The same bytes on every lane and in every run.
        foreach (var again in await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => device.RunAsync(source, Evaluate, Cancellation))))
            Assert.Equal(packedMap, again.Map);
    }

    [Fact]
    public void A_graph_whose_convolutions_are_too_small_is_to_the_byte_that_of_float32()
    {
        var model = Read(new ModelBuilder().Input("x", -1, 3, 8, 8).Weight("w", [8, 3, 1, 1], Draw(24, 1))
            .Node("Conv", "x w", "c").Node("GlobalAveragePool", "c", "g").Node("Flatten", "g", "y").Output("y", -1, 8));
        var spec = new ExplanationSpec { ImageShape = [3, 8, 8] };
        var graph = ExplanationCompiler.Compile(model, spec with { Precision = Precision.BFloat16 });
        Assert.Equal(ExplanationCompiler.Compile(model, spec).Model.ToArray(), graph.Model.ToArray());
        Assert.Equal(0, graph.PackedMultiplyAdds);
    }

    [Fact]
    public void Precision_is_part_of_the_name_of_a_graph_and_float32_leaves_it_as_it_was()
    {
        var spec = new ExplanationSpec { ImageShape = [3, 8, 8] };
        Assert.DoesNotContain("Float", spec.Key, StringComparison.Ordinal);
        Assert.EndsWith("|BFloat16", (spec with { Precision = Precision.BFloat16 }).Key, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gpu_is_not_asked_for_bf16()
    {
        var error = Assert.Throws<SaliencyException>(() => new Device(
            new() { ExecutionProvider = "cuda" }, TimeProvider.System, NullLogger.Instance, precision: Precision.BFloat16));
        Assert.Equal("SAL4025", error.Code);
    }

    [Theory]
    [InlineData("Unpack", 15, 4)]
    [InlineData("Unpack", 16, 0)]
    [InlineData("Mean", 16, 4)]
    public void Tensors_and_sizes_that_do_not_fit_are_errors_of_onnx_runtime(string op, int elements, int channels)
    {
        var model = new ModelBuilder(18).Results("y").Node($"{PackedOperator.Domain}:{op}", "x", "y",
            (PackedOperator.Attribute, new long[] { 1, channels, 2, 2, 0 }));
        model.Graph.Input.Add(new ModelBuilder().Input("x", elements).Graph.Input[0]);
        model.Graph.Input[0].Type.TensorType.ElemType = (int)ElementType.UInt16;
        model.Graph.Output[0].Type = new() { TensorType = new() { ElemType = (int)ElementType.Float } };
        _ = OnnxRuntimeEngine.Environment;
        using var settings = SessionSettings.Make(ExecutionProvider.Cpu, new(), precision: Precision.BFloat16);
        var error = Assert.Throws<OnnxRuntimeException>(() =>
        {
            using var session = new InferenceSession(model.Proto.ToByteArray(), settings);
            using var input = OrtValue.CreateTensorValueFromMemory(new ushort[elements], [elements]);
            using var run = new RunOptions();
            session.Run(run, ["x"], [input], ["y"]).Dispose();
        });
        Assert.Contains($"SAL4026: operator {op}", error.Message, StringComparison.Ordinal);
    }

    private static Device Device(Precision precision) =>
        new(new() { Lanes = 2 }, TimeProvider.System, NullLogger.Instance, precision: precision);

    private static (float[] Scores, float[] Map) Evaluate(IGraphRunner runner, CancellationToken cancellation)
    {
        var random = new Random(5);
        foreach (ref var x in runner.Points) x = random.Next(-2, 3);
        Draw(runner.OutputGradients.Length, 6).CopyTo(runner.OutputGradients);
        runner.Weights.Fill(1);
        runner.Run(cancellation);
        return (runner.Scores.ToArray(), runner.Partial.ToArray());
    }

    private static double Distance(float[] a, float[] b) =>
        Math.Sqrt(a.Zip(b, (x, y) => Math.Pow((double)x - y, 2)).Sum() / b.Sum(y => (double)y * y));

    private static OnnxModel Model(string network)
    {
        var model = new ModelBuilder().Input("x", -1, 3, Side, Side);
        switch (network)
        {
            case "residual":
                Conv(model, "x", "c1", 3, 32, 7, 2, 3);
                model.Node("Relu", "c1", "r1").Node("MaxPool", "r1", "p", ("kernel_shape", (long[])[3, 3]), ("strides", (long[])[2, 2]),
                    ("pads", (long[])[1, 1, 1, 1]));
                Conv(model, "p", "a1", 32, 32, 3, 1, 1);
                model.Node("Relu", "a1", "a2");
                Conv(model, "a2", "a3", 32, 32, 3, 1, 1);
                model.Node("Add", "a3 p", "a4").Node("Relu", "a4", "a5");
                Conv(model, "a5", "b1", 32, 48, 3, 2, 1);
                model.Node("Relu", "b1", "b2");
                Conv(model, "b2", "b3", 48, 48, 3, 1, 1);
                Conv(model, "a5", "b4", 32, 48, 1, 2, 0);
                model.Node("Add", "b3 b4", "b5").Node("Relu", "b5", "b6").Node("GlobalAveragePool", "b6", "g");
                break;
            case "plain":
                Conv(model, "x", "c1", 3, 32, 3, 1, 1);
                model.Node("Relu", "c1", "r1");
                Conv(model, "r1", "c2", 32, 32, 3, 1, 1);
                model.Node("Relu", "c2", "r2").Node("MaxPool", "r2", "p", ("kernel_shape", (long[])[2, 2]), ("strides", (long[])[2, 2]));
                Conv(model, "p", "c3", 32, 48, 3, 1, 0);
                model.Node("Relu", "c3", "r3").Node("AveragePool", "r3", "g", ("kernel_shape", (long[])[18, 18]));
                break;
            case "transposed":
                Conv(model, "x", "c1", 3, 24, 3, 2, 1);
                model.Node("Relu", "c1", "r1").Weight("wt", [24, 48, 2, 2], Few(24, 48 * 4, 9))
                    .Node("ConvTranspose", "r1 wt", "t", ("strides", (long[])[2, 2])).Node("Relu", "t", "r2");
                Conv(model, "r2", "c3", 48, 48, 3, 1, 1);
                model.Node("Relu", "c3", "r3").Node("GlobalAveragePool", "r3", "g");
                break;
            default:
                Conv(model, "x", "c1", 3, 32, 3, 1, 1);
                model.Node("Sigmoid", "c1", "s1");
                Conv(model, "s1", "c2", 32, 64, 3, 1, 1);
                Conv(model, "c2", "c3", 64, 48, 3, 1, 1);
                model.Node("Sigmoid", "c3", "s2").Node("GlobalAveragePool", "s2", "g");
                break;
        }
        return Read(model.Node("Flatten", "g", "f").Weight("w", [48, 10], Draw(480, 3)).Node("MatMul", "f w", "y").Output("y", -1, 10));
    }

    private static void Conv(ModelBuilder model, string from, string to, int channels, int outputs, int kernel, int stride, int padding)
    {
        model.Weight($"w_{to}", [outputs, channels, kernel, kernel], Few(outputs, channels * kernel * kernel, to[0] * to[1]))
            .Weight($"b_{to}", [outputs], [.. Enumerable.Range(0, outputs).Select(o => o % 3f)])
            .Node("Conv", $"{from} w_{to} b_{to}", to,
                ("pads", (long[])[padding, padding, padding, padding]), ("strides", (long[])[stride, stride]));
    }

    // Weights of 1 and -1, four to each output.
    private static float[] Few(int outputs, int inputs, int seed)
    {
        var random = new Random(seed);
        var weights = new float[outputs * inputs];
        for (var i = 0; i < 4 * outputs; i++) weights[(i / 4 * inputs) + random.Next(inputs)] = 1 - (2 * random.Next(2));
        return weights;
    }

    private static OnnxModel Read(ModelBuilder model) => ModelReader.Read(model.Proto.ToByteArray(), "test");

    private static float[] Draw(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }
}
