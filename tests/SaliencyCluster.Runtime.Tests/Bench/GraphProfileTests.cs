using System.Text;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;
using SaliencyCluster.Runtime.Bench;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Runtime.Tests.Bench;

public sealed class GraphProfileTests
{
    // Three runs of three nodes as ONNX Runtime 1.32 writes them, microseconds; the last run's own event is missing.
    private static readonly string Json = "[" + string.Join(
        ",\n",
        Session("session_initialization", 1, 500),
        Node("a_nchwc", "Conv", 0, 1000, 9000), Session("model_run", 990, 9900),
        Node("a_nchwc", "Conv", 0, 20000, 600), Node("b", "Relu", 1, 20700, 100), Node("c", "Conv", 2, 20800, 200),
        Session("SequentialExecutor::Execute", 20000, 1000), Session("model_run", 19990, 1100),
        Node("a_nchwc", "Conv", 0, 30000, 400), Node("b", "Relu", 1, 30500, 300), Node("c", "Conv", 2, 30800, 200),
        Session("model_run", 30000, 900),
        Node("a_nchwc", "Conv", 0, 40000, 7777)) + "]";

    [Fact]
    public void Times_are_means_of_the_runs_that_were_measured_whole()
    {
        var profile = ProfileFile.Read(new MemoryStream(Encoding.UTF8.GetBytes(Json)), skipped: 1);
        Assert.Equal((2, 1.0), (profile.Runs, profile.Milliseconds));
        Assert.Equal(
            [("Conv (NCHWc)", 1, 0.5, 0.5), ("Relu", 1, 0.2, 0.2), ("Conv", 1, 0.2, 0.2)],
            profile.Kinds.Select(k => (k.Kind, k.Nodes, Round(k.Milliseconds), Round(k.Share))));
        Assert.Equal(0.1, Round(profile.BetweenShare));
        var slowest = profile.Nodes[0];
        Assert.Equal(("a_nchwc", "1x3x8x8 16x3x3x3", "1x16x8x8"), (slowest.Name, slowest.Inputs, slowest.Output));
        Assert.All(profile.Nodes.Skip(1), node => Assert.Equal("scalar", node.Inputs));
    }

    [Fact]
    public void A_profile_without_runs_is_an_error() =>
        Assert.Throws<InvalidDataException>(() => ProfileFile.Read(new MemoryStream("[]"u8.ToArray()), skipped: 0));

    [Fact]
    public void Every_node_of_a_gradient_is_timed()
    {
        var model = ModelReader.ReadFile(Repo.Model("mnist-cnn"));
        var graph = ExplanationCompiler.Compile(model, new() { ImageShape = [1, 28, 28], MicroBatch = 2 });
        var done = 0;
        var profile = GraphProfiler.Run(graph, runs: 3, () => done++, TestContext.Current.CancellationToken);
        Assert.Equal((3, 3), (done, profile.Runs));
        // Two convolutions there, and at least the second one's way back.
        var convolutions = profile.Nodes.Count(n => n.Kind.StartsWith("Conv", StringComparison.Ordinal));
        Assert.True(convolutions >= 3, string.Join(' ', profile.Kinds));
        Assert.Equal(profile.Nodes.Count, profile.Kinds.Sum(k => k.Nodes));
        Assert.InRange(profile.Kinds.Sum(k => k.Share), 0, 1);
    }

    private static string Session(string name, int start, int duration) =>
        $"{{\"cat\":\"Session\",\"pid\":1,\"tid\":1,\"dur\":{duration},\"ts\":{start},\"ph\":\"X\",\"name\":\"{name}\",\"args\":{{}}}}";

    private static string Node(string name, string op, int index, int start, int duration)
    {
        var args = $"\"op_name\":\"{op}\",\"node_index\":\"{index}\",{(index == 0 ? Shapes : Scalar)}";
        return Session(name + "_kernel_time", start, duration).Replace("Session", "Node", StringComparison.Ordinal)
            .Replace("\"args\":{}", "\"args\":{" + args + "}", StringComparison.Ordinal);
    }

    private const string Shapes = """
        "input_type_shape":[{"float":[1,3,8,8]},{"float":[16,3,3,3]}],"output_type_shape":[{"float":[1,16,8,8]}]
        """;

    private const string Scalar = """
        "input_type_shape":[{"float":[]}],"output_type_shape":[{"float":[]}]
        """;

    private static double Round(double value) => Math.Round(value, 9);
}
